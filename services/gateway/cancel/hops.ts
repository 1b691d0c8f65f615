import type { ReceiptRow } from '#shared/adapters/database/run-views/receipt.ts';
import type { Receipt } from '#shared/api/contract/cancel/cancel.ts';
import type { ReceiptHopName } from '#shared/api/contract/cancel/receipt-hops.ts';
import type { RunEvent } from '#shared/domain/events/events.ts';
import { meaningOf } from '#shared/domain/run/states.ts';
import { historyOf } from '#shared/domain/story/evolve.ts';
import type { CancelTaken, History, Visit } from '#shared/domain/story/history.ts';
import { withEvents } from '#shared/domain/story/when.ts';
import type { HopClock } from './hop-clock.ts';
import { readStored } from './stored-machine.ts';

type Hops = Pick<Receipt, Exclude<ReceiptHopName, 'final'> | 'browser'>;

/** What a run's events say of the way of its cancel, in their order. */
export function hopsOf(row: ReceiptRow, stored: RunEvent[], clock: HopClock): Hops {
  const history = historyOf(0, withEvents([], stored));
  const { visits, cancels } = history;
  const hops: Hops = {};
  if (row.requestedAt) hops.stored = clock.reach(row.requestedAt.getTime());
  const points = [
    ...cancels.map((cancel) => ({
      seq: cancel.seq,
      tell: () => take(cancel, { row, history, clock, hops }),
    })),
    ...visits
      .slice(1)
      .map((visit) => ({ seq: visit.entered.seq, tell: () => move(visit, { row, history, clock, hops }) })),
  ];
  for (const { tell } of points.toSorted((a, b) => a.seq - b.seq)) tell();
  const browser = browserOf(row, history);
  return browser ? { ...hops, browser } : hops;
}

/** The way of a cancel as far as it was read. */
interface Way {
  row: ReceiptRow;
  history: History;
  clock: HopClock;
  hops: Hops;
}

function take(cancel: CancelTaken, { row, history, clock, hops }: Way): void {
  const { at, state, mode, via } = cancel;
  const [first] = history.cancels;
  if (cancel === first)
    hops.delivered = {
      ...clock.reach(at),
      ...(row.owner !== null && { owner: row.owner }),
      epoch: row.verdict?.epoch ?? row.epoch,
      via: via ?? 'unknown',
      state,
    };
  else if (first?.mode !== 'force' && mode === 'force') hops.hardened = { ...clock.reach(at), state };
}

function move(
  { state: to, from = '', entered: { seq, at } }: Visit,
  { row, history, clock, hops }: Way,
): void {
  // A supervisor ended it in the middle of things: what it waited for had not come.
  if (to === 'fail' && row.stale) return;
  const [left, { rung }] = [meaningOf(from), meaningOf(to)];
  // Since then only the browser was waited for.
  const forced = history.cancels.some((cancel) => cancel.seq < seq && cancel.mode === 'force');
  const raiseAbort = () => {
    const { stepIndex } = history.cancels[0] ?? {};
    hops.abortRaised = { ...clock.reach(at), state: from, ...(stepIndex !== undefined && { stepIndex }) };
  };
  if (left.tags.includes('interruptible')) {
    if (rung && rung !== 'finish') raiseAbort();
  } else if (left.rung === 'finish') {
    const ended = rung !== 'abort' && rung !== 'kill' && !forced;
    hops.atomicStepEnded = { ...clock.reach(at), ended };
    if (!ended) raiseAbort();
  } else if (left.rung === 'abort' && rung !== 'kill' && !forced) {
    const since = history.visits.find(({ left: end }) => end?.seq === seq)?.entered.at ?? 0;
    const timedOut = at - since >= abortBudget(row);
    hops.callInterrupted = { ...clock.reach(at), ...(timedOut && { timedOut }) };
  } else if (left.rung === 'cleanup') {
    const cleanup = history.steps.filter(({ phase, began }) => phase === 'onCancel' && began.seq < seq);
    const ok = cleanup.filter(({ outcome }) => outcome === 'ok').length;
    hops.onCancelDone = { ...clock.reach(at), ok, failed: cleanup.length - ok };
  } else if (left.rung === 'close' && rung !== 'kill') {
    hops.contextClosed = clock.reach(at);
  }
}

/** How long the interrupted call had to return, ms; an unknown time is treated as infinite. */
const abortBudget = (row: ReceiptRow): number =>
  readStored(row.snapshot)?.context.budget.abort ?? Number.POSITIVE_INFINITY;

/** A run that no runner ever had has none; of a stale one the verdict knows what can be known (I8). */
function browserOf({ finishedAt, owner, verdict }: ReceiptRow, { visits }: History): Receipt['browser'] {
  if (!finishedAt || owner === null) return undefined;
  if (verdict) return { outcome: verdict.browser };
  const stopped = visits.at(-1)!.browser;
  if (!stopped) return { outcome: 'unknown' };
  const { killed, pid } = stopped;
  if (!killed && pid === undefined) return undefined; // it was cancelled before it had one
  return { outcome: killed ? 'killed' : 'alive', ...(pid !== undefined && { pid }) };
}
