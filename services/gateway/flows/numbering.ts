/** A number for each value of JSON. */
export type Numbering = (value: unknown) => number;

/**
 * The same number for values that mean the same. Each object and list is read once, from the inside out, however deep it
 * stands and however often it is asked for; so comparing costs no more at each level (I13).
 */
export function createNumbering(): Numbering {
  const byText = new Map<string, number>();
  const byObject = new WeakMap<object, number>();

  function numberOf(value: unknown): number {
    if (typeof value !== 'object' || value === null) return numberOfText(JSON.stringify(value));
    const known = byObject.get(value);
    if (known !== undefined) return known;
    const number = numberOfText(Array.isArray(value) ? `[${value.map(numberOf)}]` : `{${fieldsOf(value)}}`);
    byObject.set(value, number);
    return number;
  }

  const fieldsOf = (value: object): string[] =>
    Object.entries(value)
      .map(([name, inner]) => `${JSON.stringify(name)}:${numberOf(inner)}`)
      .sort();

  function numberOfText(text: string): number {
    const known = byText.get(text) ?? byText.size;
    byText.set(text, known);
    return known;
  }

  return numberOf;
}
