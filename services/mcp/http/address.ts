import type { IncomingMessage } from 'node:http';
import { ownHosts } from '#shared/platform/http/own-hosts.ts';
import { Refusal } from './refusal.ts';

export const PATH = '/mcp';

/**
 * A check of whom a request is meant for and where it comes from. A page that has its name resolve to this machine still
 * sends its own name as Host, and a browser the origin of its page. @throws Refusal
 */
export function createAddressCheck(publicUrls: readonly string[]): (request: IncomingMessage) => void {
  const isOwnHost = ownHosts(publicUrls);
  const publicHosts = publicUrls.map((url) => new URL(url).host);

  /** Addresses of others are hosts, too: only the one that was called counts. */
  const isOwnOrigin = (origin: string, called: string | undefined) => {
    const host = URL.parse(origin)?.host ?? '';
    return host === called?.toLowerCase() || publicHosts.includes(host);
  };

  return ({ url = '', headers: { host, origin } }) => {
    if (!isOwnHost(host))
      throw new Refusal(421, 'This server does not answer to that Host: start it with --public-url.');
    if (origin !== undefined && !isOwnOrigin(origin, host))
      throw new Refusal(403, 'This server takes no requests of pages of that origin.');
    if (url.split('?', 1)[0] !== PATH) throw new Refusal(404, `There is only ${PATH}.`);
  };
}
