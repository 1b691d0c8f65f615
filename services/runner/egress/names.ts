import { lookup } from 'node:dns/promises';
import { isAddress } from '#shared/config/egress/address.ts';

/** Every address of a name, from wherever the machine gets them. */
export type Lookup = (name: string) => Promise<string[]>;

/** How long an answer is used again: for the connections that one page opens at once. ms */
const KEPT_MS = 5_000;
const MOST_KEPT = 2_000;
/** Names that one browser may have looked up at once, so that slow ones of one project do not hold up another's. */
const MOST_AT_ONCE = 8;
const LOOPBACK = ['127.0.0.1', '::1'];

const systemLookup: Lookup = async (name) =>
  (await lookup(name, { all: true, order: 'verbatim' })).map(({ address }) => address);

/** Looks names up once for all who ask at the same time, and for a moment after. */
export function createNames(resolve: Lookup = systemLookup, now: () => number = () => performance.now()) {
  const kept = new Map<string, { until: number; addresses: Promise<string[]> }>();

  function look(name: string): Promise<string[]> {
    const known = kept.get(name);
    if (known !== undefined && known.until > now()) return known.addresses;
    const addresses = resolve(name);
    addresses.catch(() => kept.delete(name));
    kept.delete(name);
    kept.set(name, { until: now() + KEPT_MS, addresses });
    if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value as string);
    return addresses;
  }

  /** The names of one browser. */
  return function forBrowser(): Lookup {
    let busy = 0;
    const waiting: (() => void)[] = [];
    return async (host) => {
      if (isAddress(host)) return [host];
      // As browsers have it, whatever the machine says.
      if (host === 'localhost' || host.endsWith('.localhost')) return LOOPBACK;
      while (busy >= MOST_AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
      busy += 1;
      try {
        return await look(host);
      } finally {
        busy -= 1;
        waiting.shift()?.();
      }
    };
  };
}

/** Names are compared without case and without the dot of the root. */
export const plainName = (host: string): string => host.toLowerCase().replace(/\.$/, '');
