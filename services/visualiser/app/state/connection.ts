/*
 * What cannot be reached: the gateway, or what it needs. Owns one signal, set by every request that the application makes
 * and, several times a second, by what the gateway says of itself.
 */
import { signal } from '@preact/signals';
import type { Outage } from '#shared/contract/outages.ts';

/** ISO times. */
export type PageOutage = Pick<Outage, 'since' | 'runsGoOnUntil'> & { name: 'gateway' | 'database' | 'nats' };

export const outages = signal<readonly PageOutage[]>([]);

/** Since when nothing can be read; undefined if it can. */
export const unreadSince = (now: readonly PageOutage[]): string | undefined =>
  now.find(({ name }) => name !== 'nats')?.since;

/** Statuses of whatever stands before a gateway that is away. */
const AWAY = new Set([502, 504]);
/** A gateway answers this from memory, ms. */
const ANSWERS_WITHIN_MS = 1_200;

/** The gateway does not answer: of what it needs nothing is known then. */
export function markLost(): void {
  if (outages.value.some(({ name }) => name === 'gateway')) return;
  outages.value = [{ name: 'gateway', since: new Date().toISOString() }];
}

const markFound = () => {
  if (outages.value.some(({ name }) => name === 'gateway')) outages.value = [];
};

/** A fetch that takes note of what became of it. */
export async function noticingFetch(...[input, init]: Parameters<typeof fetch>): Promise<Response> {
  try {
    const response = await fetch(input, init);
    (AWAY.has(response.status) ? markLost : markFound)();
    return response;
  } catch (error) {
    if (!isGivenUp(init?.signal)) markLost();
    throw error;
  }
}

/** The caller cancelled the request; a timeout does not count as that. */
const isGivenUp = (signal: AbortSignal | null | undefined): boolean =>
  signal?.aborted === true && (signal.reason as Error | undefined)?.name !== 'TimeoutError';

/** Asks the gateway at this address what it cannot reach. */
export async function lookForOutages(gateway: string, leaving: AbortSignal): Promise<void> {
  const signal = AbortSignal.any([leaving, AbortSignal.timeout(ANSWERS_WITHIN_MS)]);
  try {
    const response = await noticingFetch(`${gateway}/ready`, { signal });
    const body = (response.status === 503 ? await response.json() : {}) as { outages?: Outage[] };
    if (!AWAY.has(response.status)) show((body.outages ?? []).filter(isKnown));
  } catch {
    // Noted already; or it is not the gateway that answers.
  }
}

const isKnown = (outage: Outage): outage is Outage & PageOutage =>
  outage.name === 'database' || outage.name === 'nats';

/** One that goes on is shown as it was: another gateway may have noticed it at another time. */
function show(now: readonly PageOutage[]): void {
  const before = outages.value;
  if (now.length === 0 && before.length === 0) return;
  outages.value = now.map((outage) => before.find(({ name }) => name === outage.name) ?? outage);
}
