import { createHash } from 'node:crypto';

/**
 * What a page that was built for its own server needs, and nothing from elsewhere but pictures and videos to which the
 * server redirects, if it does.
 */
const directives = (linksFrom: string | undefined) => [
  "default-src 'self'",
  "style-src 'self'",
  ["img-src 'self' data: blob:", linksFrom ?? []].flat().join(' '),
  ["media-src 'self' blob:", linksFrom ?? []].flat().join(' '),
  "font-src 'self' data:",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
];

/**
 * The Content-Security-Policy of a file of the page. Scripts that stand in an HTML file run, by their hashes. `linksFrom` is
 * the origin to which requests for artifacts are redirected.
 */
export const policyOf = (html = '', linksFrom?: string): string =>
  [...directives(linksFrom), ["script-src 'self'", ...inlineScripts(html)].join(' ')].join('; ');

function inlineScripts(html: string): string[] {
  const scripts = [...html.matchAll(/<script\b([^>]*)>([\s\S]*?)<\/script\s*>/gi)];
  const inline = scripts.filter(([, attributes = '']) => !/\ssrc\s*=/i.test(attributes));
  // A browser reads all line ends as LF before it takes the hash.
  const texts = new Set(inline.map(([, , text = '']) => text.replace(/\r\n?/g, '\n')));
  return [...texts].map((text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`);
}
