import type { Page, Request } from 'playwright';
import { isHttpUrl } from '#shared/flow/origin.ts';
import type { EgressGate } from '../egress/egress.ts';

/** Why the page's last navigation came to nothing, as the egress proxy knows it and Chromium does not. */
export interface Navigation {
  /** A sentence when the egress policy refused it, otherwise the name of Chromium's own error; undefined: none failed. */
  why(): Promise<{ refused: boolean; text: string } | undefined>;
}

/** Watches the navigations of the page itself, not of its frames. */
export function watchNavigation(page: Page, gate: EgressGate | undefined): Navigation {
  let failed: Request | undefined;
  const isOwn = (request: Request) => request.isNavigationRequest() && request.frame() === page.mainFrame();
  page.on('request', (request) => {
    if (failed !== undefined && isOwn(request)) failed = undefined;
  });
  page.on('requestfailed', (request) => {
    if (isOwn(request)) failed = request;
  });
  return {
    async why() {
      const url = failed && URL.parse(failed.url());
      if (!gate || !failed || !url || !isHttpUrl(url.href)) return undefined;
      const from = origins(failed).at(-1);
      const verdict = await gate.why(url.hostname.replace(/^\[(.*)\]$/, '$1'), portOf(url));
      if (!verdict?.refused || from === undefined) return verdict;
      return { refused: true, text: `${verdict.text} (redirected from ${from})` };
    },
  };
}

const portOf = ({ port, protocol }: URL): number => Number(port) || (protocol === 'https:' ? 443 : 80);

/** Where a redirected request came from, its first address last. */
function origins(request: Request): string[] {
  const before = request.redirectedFrom();
  return before === null ? [] : [URL.parse(before.url())?.origin ?? '', ...origins(before)];
}
