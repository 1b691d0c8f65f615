/** What codes mean, as a description of the API says it: each code with its words. */
export const describeCodes = (meanings: Readonly<Record<string, string>>): string =>
  Object.entries(meanings)
    .map(([code, means]) => `\`${code}\`: ${means}`)
    .join('. ');

/** The texts of codes, of which types name the codes alone. */
export const textsOf = <Code extends string, Text>(texts: Record<Code, Text>): Readonly<Record<Code, Text>> =>
  texts;
