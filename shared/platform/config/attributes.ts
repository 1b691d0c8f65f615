/** Reads `name=value,…`, with values as in URLs, as OpenTelemetry writes attributes. Throws for anything else. */
export function readAttributes(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    text.split(',').map((pair) => {
      const [, name, value] = /^\s*([\w.-]+)\s*=\s*([^\s,;"\\]*)\s*$/.exec(pair) ?? [];
      if (name === undefined || value === undefined)
        throw new Error('must be name=value, separated by commas, with values as in URLs');
      return [name, decoded(value)];
    }),
  );
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    throw new Error('must have values as in URLs: a % is followed by two hexadecimal digits');
  }
}
