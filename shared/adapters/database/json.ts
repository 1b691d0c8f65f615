/** JSON that a `jsonb` column takes: it can hold neither NUL nor half a surrogate pair, which pages do produce. */
export const toJsonb = (value: unknown): string => {
  const json = JSON.stringify(value);
  return ESCAPED.test(json) ? JSON.stringify(value, storable) : json;
};

/** How JSON writes these two, and how it writes a backslash before such letters, which is harmless here. */
const ESCAPED = /\\u(0000|d[89a-f])/;

const storable = (_: string, inner: unknown) =>
  typeof inner === 'string' ? inner.replaceAll('\0', '\ufffd').toWellFormed() : inner;
