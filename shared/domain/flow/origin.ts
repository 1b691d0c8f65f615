/** Whether `text` is an absolute http or https URL. */
export function isHttpUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && (url.protocol === 'http:' || url.protocol === 'https:');
}

/**
 * Whether a `goto` target, resolved as the browser would (WHATWG URL, so `//other` and `http:\\other` too), leaves
 * the origin of `baseUrl`. A target that is no URL at all counts as leaving.
 */
export function crossesOrigin(target: string, baseUrl: string): boolean {
  const base = URL.parse(baseUrl);
  const url = URL.parse(target, baseUrl);
  return base === null || url === null || !isHttpUrl(url.href) || url.origin !== base.origin;
}
