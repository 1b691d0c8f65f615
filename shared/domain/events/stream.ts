import type { Status } from '#shared/domain/run/status.ts';
import type { AssistEntry, EndEntry, StatusEntry, StreamEntry } from './entries.ts';
import type { NewEvent } from './events.ts';

export type { AssistEntry, EndEntry, StatusEntry, StreamEntry } from './entries.ts';

/** A status change and its place: after the event with this seq. */
export interface StatusChange {
  status: Status;
  afterSeq: number;
  at: string;
}

/** The order in which a run's unnumbered entries come; also the watermark of the last one published. */
export const RANK = { running: 1, cancelling: 2, pass: 3, fail: 3, end: 4 } as const;

export const rankOf = (entry: StatusEntry | EndEntry): number =>
  RANK[entry.kind === 'end' ? 'end' : entry.status];

/** Merges events and status changes into the one order of a run's stream; `end` follows a final status (I6). */
export function mergeEntries(events: AssistEntry[], changes: StatusChange[]): StreamEntry[] {
  const queue = [...changes].sort((a, b) => a.afterSeq - b.afterSeq || RANK[a.status] - RANK[b.status]);
  const merged: StreamEntry[] = [];
  const takeChangesBefore = (seq: number) => {
    while (queue[0] && queue[0].afterSeq < seq) merged.push(...entriesOf(queue.shift()!));
  };
  for (const event of events) {
    takeChangesBefore(event.seq);
    merged.push(event);
  }
  takeChangesBefore(Number.POSITIVE_INFINITY);
  return merged;
}

function entriesOf({ status, at }: StatusChange): StreamEntry[] {
  const change: StatusEntry = { kind: 'status', status, at };
  return RANK[status] === RANK.pass ? [change, { kind: 'end', at }] : [change];
}

/** The entries that one commit adds to a run's stream: its events, then its status if a watcher has not had it yet. */
export function entriesOfCommit(
  events: NewEvent[],
  firstSeq: number,
  status: Status,
  time: Date,
): StreamEntry[] {
  const at = time.toISOString();
  const assists = events.map(
    ({ type, ...fields }, n) => ({ kind: 'assist', type, seq: firstSeq + n, at, ...fields }) as AssistEntry,
  );
  return [...assists, ...entriesOf({ status, afterSeq: firstSeq + events.length - 1, at })];
}

/** What a watcher, or the stream of NATS, has had of a run so far. */
export interface Watermark {
  seq: number;
  rank: number;
}

/** A run's stored events after a seq, or a page of them. */
interface EventPage {
  lastSeq: number;
  events: AssistEntry[];
  /** Its final status, if it is in the run's row alone. */
  unlisted?: Status;
}

/** Numbers of events that are counted in a run's `last_seq` and not stored, or a final status that is not among its changes. */
export type Hole = { from: number; to: number } | { status: Status };

/** What logs say of one. */
export const MISSING_ENTRIES =
  'entries of this run are missing in the database; its stream goes on without them';

/** What is missing in a page that was read after `afterSeq`. An empty page below `lastSeq` is missing as a whole. */
export function holesIn(page: EventPage, afterSeq: number): Hole[] {
  const { lastSeq, events, unlisted } = page;
  const holes: Hole[] = [];
  let before = afterSeq;
  for (const { seq } of events) {
    if (seq > before + 1) holes.push({ from: before + 1, to: seq - 1 });
    before = seq;
  }
  if (events.length === 0 && afterSeq < lastSeq) holes.push({ from: afterSeq + 1, to: lastSeq });
  if (unlisted !== undefined && readTo(page, afterSeq) >= lastSeq) holes.push({ status: unlisted });
  return holes;
}

/** Up to where a page that was read after `afterSeq` has everything that is stored. */
export const readTo = ({ lastSeq, events }: EventPage, afterSeq: number): number =>
  events.at(-1)?.seq ?? Math.max(afterSeq, lastSeq);

/**
 * The stored entries that come after a watermark. Of a log that was read in part, only those whose place is certain:
 * no status whose events are still missing.
 */
export function entriesAfter(log: EventPage & { changes: StatusChange[] }, mark: Watermark): StreamEntry[] {
  const to = readTo(log, mark.seq);
  const changes = log.changes.filter((change) => change.afterSeq <= to);
  return mergeEntries(log.events, changes).filter(
    (entry) => entry.kind === 'assist' || rankOf(entry) > mark.rank,
  );
}
