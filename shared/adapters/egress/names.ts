import { lookup } from 'node:dns/promises';
import { RecentMap } from '#shared/platform/async/recent-map.ts';
import { createTurns } from '#shared/platform/async/turns.ts';
import { fixedAddressesOf } from '#shared/platform/config/egress/address.ts';

/** All addresses of a name, from the machine's resolver. */
export type Lookup = (name: string) => Promise<string[]>;

/** How long an answer is reused, ms: for the connections that one page opens at once. */
const KEPT_MS = 5_000;
const MOST_KEPT = 2_000;
/** Concurrent lookups of one browser, so that slow names of one project do not delay another's. */
const MOST_AT_ONCE = 8;

const systemLookup: Lookup = async (name) =>
  (await lookup(name, { all: true, order: 'verbatim' })).map(({ address }) => address);

/** Shares one lookup among concurrent callers, and reuses its answer for a moment. */
export function createNames(resolve: Lookup = systemLookup, now: () => number = () => performance.now()) {
  const kept = new RecentMap<string, Promise<string[]>>({
    most: MOST_KEPT,
    keptMs: KEPT_MS,
    since: 'set',
    now,
  });

  function look(name: string): Promise<string[]> {
    const addresses = kept.getOrSet(name, () => resolve(name));
    addresses.catch(() => kept.delete(name, addresses));
    return addresses;
  }

  /** The lookups of one browser. */
  return function forBrowser(): Lookup {
    const turns = createTurns(MOST_AT_ONCE);
    return async (host) => fixedAddressesOf(host) ?? turns.take(() => look(host));
  };
}

/** Names are compared without case and without a trailing dot. */
export const plainName = (host: string): string => host.toLowerCase().replace(/\.$/, '');
