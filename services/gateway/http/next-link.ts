/** A `Link` header to the next page of the same list. Without a host: the client knows better by which one it got here. */
export function linkToNext(path: string, query: Readonly<Record<string, unknown>>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== '') params.set(name, String(value));
  return `<${path}?${params}>; rel="next"`;
}
