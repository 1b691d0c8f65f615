import { isIP } from 'node:net';
import { hostname } from 'node:os';

/**
 * Tells whether a `Host` header names this service. Accepted are the hosts of the public URLs, the names of loopback and
 * of this machine, and every IP address, which cannot be rebound. Ports are ignored, as proxies and containers change
 * them.
 */
export function ownHosts(publicUrls: readonly string[]): (host: string | undefined) => boolean {
  const names = new Set([
    'localhost',
    hostname().toLowerCase(),
    ...publicUrls.map((url) => new URL(url).hostname),
  ]);
  return (host) => {
    if (host === undefined) return true; // HTTP/1.0, which no browser speaks
    const name = nameIn(host);
    return names.has(name) || name.endsWith('.localhost') || isIP(name) !== 0;
  };
}

/** Normalised as in URLs, without port, brackets and trailing dot; '' if invalid. */
function nameIn(host: string): string {
  const url = /^[^/?#@\\\s]+$/.test(host) ? URL.parse(`http://${host}`) : null;
  return url ? url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '') : '';
}
