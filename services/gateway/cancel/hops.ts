import type { Receipt } from '#shared/contract/cancel.ts';
import type { ReceiptHopName } from '#shared/contract/receipt-hops.ts';
import type { ReceiptRow } from '#shared/database/run-views/receipt.ts';
import type { EventOf, RunEvent } from '#shared/events/events.ts';
import { type ReadEvent, readEvent } from '#shared/events/read-event.ts';
import { timeOf } from '#shared/events/time.ts';
import { meaningOf } from '#shared/run/states.ts';
import type { CancelMode } from '#shared/run/status.ts';
import type { HopClock } from './hop-clock.ts';
import { readStored } from './stored-machine.ts';

type Hops = Pick<Receipt, Exclude<ReceiptHopName, 'final'> | 'browser'>;

/** The way of a cancel as far as its events were read. */
interface Way {
  row: ReceiptRow;
  clock: HopClock;
  hops: Hops;
  cleanup: { begun: number; ok: number };
  stepIndex?: number;
  mode?: CancelMode;
  abortingSince: number;
  /** From here on nothing was waited for but the browser. */
  forced: boolean;
}

/** What a run's events say of the way of its cancel, in their order. */
export function hopsOf(row: ReceiptRow, stored: RunEvent[], clock: HopClock): Hops {
  const events = stored.map(readEvent);
  const hops: Hops = {};
  if (row.requestedAt) hops.stored = clock.reach(row.requestedAt.getTime());
  const way: Way = { row, clock, hops, cleanup: { begun: 0, ok: 0 }, abortingSince: 0, forced: false };
  for (const event of events) {
    if (event.type === 'cancel') take(way, event);
    else if (event.type === 'cleanup_start') way.cleanup.begun += 1;
    else if (event.type === 'cleanup_success') way.cleanup.ok += 1;
    else if (event.type === 'transition') move(way, event);
  }
  const browser = browserOf(row, events);
  return browser ? { ...hops, browser } : hops;
}

function take(way: Way, event: EventOf<'cancel'>): void {
  const { row, clock, hops } = way;
  const { via, state, mode } = event.payload;
  way.forced ||= mode === 'force';
  if (!hops.delivered) {
    way.mode = mode;
    if (event.stepIndex !== undefined) way.stepIndex = event.stepIndex;
    hops.delivered = {
      ...clock.reach(timeOf(event)),
      ...(row.owner !== null && { owner: row.owner }),
      epoch: row.verdict?.epoch ?? row.epoch,
      via: via ?? 'unknown',
      state,
    };
  } else if (way.mode !== 'force' && mode === 'force') {
    hops.hardened = { ...clock.reach(timeOf(event)), state };
  }
}

function move(way: Way, event: EventOf<'transition'>): void {
  const { row, clock, hops, cleanup, forced } = way;
  const { from, to } = event.payload;
  const [left, entered] = [meaningOf(from), meaningOf(to)];
  const at = timeOf(event);
  // A supervisor ended it in the middle of things: what it waited for had not come.
  if (to === 'fail' && row.stale) return;
  if (left.tags.includes('interruptible')) {
    if (entered.rung && entered.rung !== 'finish') raiseAbort(way, at, from);
  } else if (left.rung === 'finish') {
    const ended = entered.rung !== 'abort' && entered.rung !== 'kill' && !forced;
    hops.atomicStepEnded = { ...clock.reach(at), ended };
    if (!ended) raiseAbort(way, at, from);
  } else if (left.rung === 'abort' && entered.rung !== 'kill' && !forced) {
    const timedOut = at - way.abortingSince >= abortBudget(row);
    hops.callInterrupted = { ...clock.reach(at), ...(timedOut && { timedOut }) };
  } else if (left.rung === 'cleanup') {
    hops.onCancelDone = { ...clock.reach(at), ok: cleanup.ok, failed: cleanup.begun - cleanup.ok };
  } else if (left.rung === 'close' && entered.rung !== 'kill') {
    hops.contextClosed = clock.reach(at);
  }
  if (entered.rung === 'abort') way.abortingSince = at;
}

function raiseAbort({ hops, clock, stepIndex }: Way, at: number, state: string): void {
  hops.abortRaised = { ...clock.reach(at), state, ...(stepIndex !== undefined && { stepIndex }) };
}

/** How long the interrupted call had to return, ms; unknown is as good as for ever. */
const abortBudget = (row: ReceiptRow): number =>
  readStored(row.snapshot)?.context.budget.abort ?? Number.POSITIVE_INFINITY;

/** A run that no runner ever had has none; of a stale one the verdict knows what can be known (I8). */
function browserOf({ finishedAt, owner, verdict }: ReceiptRow, events: ReadEvent[]): Receipt['browser'] {
  if (!finishedAt || owner === null) return undefined;
  if (verdict) return { outcome: verdict.browser };
  const last = events.findLast((event) => event.type === 'transition');
  const stopped = last?.payload.browser;
  if (!stopped) return { outcome: 'unknown' };
  const { killed, pid } = stopped;
  if (!killed && pid === undefined) return undefined; // it was cancelled before it had one
  return { outcome: killed ? 'killed' : 'alive', ...(pid !== undefined && { pid }) };
}
