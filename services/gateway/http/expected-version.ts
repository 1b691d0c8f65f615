interface VersionHeaders {
  'if-match'?: string | undefined;
  'if-none-match'?: string | undefined;
}

/** The version that what is stored has to have, as `If-Match` names it; 0: there has to be none. */
export function expectedVersion(headers: VersionHeaders): number | undefined {
  if (headers['if-none-match'] !== undefined) return 0;
  const tag = headers['if-match'];
  return tag === undefined ? undefined : Number(/\d+/.exec(tag)?.[0]);
}
