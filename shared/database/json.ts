/** JSON that a `jsonb` column takes: it can hold neither NUL nor half a surrogate pair, which pages do produce. */
export const toJsonb = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'string' ? inner.replaceAll('\0', '\ufffd').toWellFormed() : inner,
  );
