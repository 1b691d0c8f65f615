/** An object of JSON, whose fields may be anything. */
export type Fields = Readonly<Record<string, unknown>>;

/** Whether a value of JSON is an object, and no list. */
export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The fields of an object; none of anything else. */
export const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});
