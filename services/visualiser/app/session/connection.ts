/*
 * What cannot be reached: the reader's own network, the gateway, or what that needs. Owns one signal, set by every request
 * that the application makes and, several times a second, by what the gateway says of itself.
 */
import { computed, signal } from '@preact/signals';
import type { Outage } from '#shared/api/contract/errors/outages.ts';
import { settlesWithin } from '#shared/platform/async/settles-within.ts';

/** What this page notices by itself: of the others the gateway tells. */
const OWN = ['network', 'gateway'] as const;
type Own = (typeof OWN)[number];

/** ISO times. */
export type PageOutage = Pick<Outage, 'since' | 'runsGoOnUntil'> & { name: Own | 'database' | 'nats' };

export const outages = signal<readonly PageOutage[]>([]);

/** This page has noticed it, by the browser's clock. */
export const isOwn = ({ name }: PageOutage): boolean => OWN.some((own) => own === name);

/** The outage in which nothing can be read or sent; undefined while that can be. */
export const unread = computed<PageOutage | undefined>(() =>
  outages.value
    .filter(({ name }) => name !== 'nats')
    .reduce<PageOutage | undefined>(
      (first, one) => (first && first.since <= one.since ? first : one),
      undefined,
    ),
);

/** Statuses of whatever stands before a gateway that is away. */
const AWAY = new Set([502, 504]);
/** A gateway answers this from memory, ms: what takes longer counts as missed, until its answer comes after all. */
const ANSWERS_WITHIN_MS = 450;
/** How long a late answer still counts, ms. */
const GIVES_UP_AFTER_MS = 2_400;
/** Requests take longer while the gateway waits for what it cannot reach: for so long that stays the cause, ms. */
const STAYS_THE_CAUSE_MS = 4_000;

/** The first request that was missed since the gateway's last answer: when it began, and when it was missed. */
let missed: { since: string; at: number } | undefined;

/** When the reader's own network was last found gone: an answer that was on its way then does not bring it back. */
let networkGoneAt = Number.NEGATIVE_INFINITY;

/** One missed request may be lost or late; two are an outage whose cause is unknown, unless the browser knows it. */
function noteMissed(begunAt: number): void {
  const name: Own = isOffline() ? 'network' : 'gateway';
  const at = performance.now();
  const known = outages.value.find(isOwn);
  if (name === 'network' && known?.name !== 'network') networkGoneAt = at;
  // What began before the first was missed may have been lost together with it.
  const isFirst = missed === undefined;
  missed ??= { since: new Date(Date.now() - (at - begunAt)).toISOString(), at };
  if (known) {
    if (known.name !== name)
      outages.value = outages.value.map((one) => (one === known ? { ...one, name } : one));
    return;
  }
  const isSecond = !isFirst && begunAt >= missed.at;
  const isLong = outages.value.length === 0 || at - missed.at >= STAYS_THE_CAUSE_MS;
  if (name === 'network' || (isSecond && isLong))
    outages.value = [...outages.value, { name, since: missed.since }];
}

/** The browser knows of no network at all. */
const isOffline = (): boolean => 'onLine' in navigator && navigator.onLine === false;

function noteAnswered(begunAt: number): void {
  if (begunAt < networkGoneAt) return;
  missed = undefined;
  if (outages.value.some(isOwn)) outages.value = outages.value.filter((one) => !isOwn(one));
}

/** A fetch that takes note of what became of it. */
export async function noticingFetch(...[input, init]: Parameters<typeof fetch>): Promise<Response> {
  const begunAt = performance.now();
  try {
    const response = await fetch(input, init);
    if (AWAY.has(response.status)) noteMissed(begunAt);
    else noteAnswered(begunAt);
    return response;
  } catch (error) {
    if (!isGivenUp(init?.signal)) noteMissed(begunAt);
    throw error;
  }
}

/** The caller cancelled the request; a timeout does not count as that. */
const isGivenUp = (signal: AbortSignal | null | undefined): boolean =>
  signal?.aborted === true && (signal.reason as Error | undefined)?.name !== 'TimeoutError';

/**
 * Asks the gateway at this address what it cannot reach. Resolves once it has answered or is late; the answer counts then,
 * too, so that a slow link is no outage.
 */
export async function lookForOutages(gateway: string, leaving: AbortSignal): Promise<void> {
  const begunAt = performance.now();
  const isInTime = await settlesWithin(ask(gateway, begunAt, leaving), ANSWERS_WITHIN_MS);
  if (!isInTime && !leaving.aborted) noteMissed(begunAt);
}

async function ask(gateway: string, begunAt: number, leaving: AbortSignal): Promise<void> {
  const signal = AbortSignal.any([leaving, AbortSignal.timeout(GIVES_UP_AFTER_MS)]);
  try {
    const response = await noticingFetch(`${gateway}/ready`, { signal });
    const body = (response.status === 503 ? await response.json() : {}) as { outages?: Outage[] };
    if (!AWAY.has(response.status)) show((body.outages ?? []).filter(isKnown), begunAt);
  } catch {
    // Noted already; or it is not the gateway that answers.
  }
}

const isKnown = (outage: Outage): outage is Outage & PageOutage =>
  outage.name === 'database' || outage.name === 'nats';

/** When the last look that is shown began: a late answer to an earlier one says nothing new. */
let shownOf = 0;

/** One that goes on is shown as it was: another gateway may have noticed it at another time. */
function show(now: readonly PageOutage[], askedAt: number): void {
  if (askedAt < Math.max(shownOf, networkGoneAt)) return;
  shownOf = askedAt;
  const before = outages.value;
  if (now.length === 0 && before.length === 0) return;
  outages.value = now.map((outage) => before.find(({ name }) => name === outage.name) ?? outage);
}
