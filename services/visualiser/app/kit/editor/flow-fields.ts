/* The fields of a flow while it is typed, and may be anything. Pure. */

export type Fields = Readonly<Record<string, unknown>>;

/** The steps of a list, as far as they are any. */
export const stepsOf = (flow: Fields, list: string): Fields[] => {
  const steps = flow[list];
  return Array.isArray(steps) ? steps.map(fieldsOf) : [];
};

/** The fields of an object; none of anything else. */
export const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};

/** The flow of a text; empty while it is none. */
export function flowFieldsOf(text: string): Fields {
  try {
    return fieldsOf(JSON.parse(text));
  } catch {
    return {};
  }
}
