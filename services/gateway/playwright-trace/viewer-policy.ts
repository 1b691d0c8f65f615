import { createHash } from 'node:crypto';

/**
 * The viewer may load its own files and the pictures of pages, which its service worker makes into addresses of its own. Its
 * pages are framed by itself alone.
 */
const DIRECTIVES = [
  "default-src 'none'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "media-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self' data: blob:",
  "worker-src 'self'",
  "frame-src 'self' blob: about:",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
];

const INLINE = /<script>([\s\S]*?)<\/script>/g;

/** The Content-Security-Policy of a file; of scripts in it those run that stand there now, by their hashes. */
export function viewerPolicyOf(html: string): string {
  const hashes = [...html.matchAll(INLINE)].map(
    ([, text = '']) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`,
  );
  return [...DIRECTIVES, ["script-src 'self'", ...hashes].join(' ')].join('; ');
}
