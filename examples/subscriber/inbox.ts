import type { Api, AssistEntry } from './api.ts';
import { createGapFiller, fillEnded, type Gap } from './gap.ts';
import type { Entry, EventFile } from './record.ts';

export interface Inbox {
  /** Records an entry if it is news, after whatever is missing before it. */
  take(entry: Entry): Promise<void>;
  /** Records what the stream no longer had, when this subscriber was back. */
  fillGap(gap: Gap): Promise<void>;
  /** Records what NATS may have lost of runs that were heard of. */
  catchUp(): Promise<void>;
}

export interface InboxDeps {
  api: Api;
  record: EventFile;
  show(line: string): void;
}

/** Makes "at least once" into "once": drops what is known, and fills gaps over HTTP. One entry after the other. */
export function createInbox({ api, record, show }: InboxDeps): Inbox {
  let turn: Promise<void> = Promise.resolve();

  const add = (entry: Entry) => {
    record.add(entry);
    show(describe(entry));
  };

  const addEvents = (runId: string, events: AssistEntry[]) => {
    for (const event of events) if (event.seq > record.lastSeq(runId)) add({ ...event, runId });
  };

  /** Events before `seq` that are not recorded yet. If the run is gone, so are they. */
  const fill = async (runId: string, seq = Number.POSITIVE_INFINITY) => {
    const events = await api.eventsOf(runId);
    addEvents(runId, events?.filter((event) => event.seq < seq) ?? []);
  };

  const takeNow = async (entry: Entry) => {
    const { runId } = entry;
    if (entry.kind === 'assist') {
      if (entry.seq <= record.lastSeq(runId)) return;
      if (entry.seq > record.lastSeq(runId) + 1) await fill(runId, entry.seq);
      return addEvents(runId, [entry]);
    }
    if (isEnd(entry) && !record.hasBegun(runId)) await fillEnded(api, takeNow, entry);
    if (record.knows(entry)) return;
    // The last event precedes the end.
    if (entry.kind === 'end' && record.openRuns().includes(runId)) await fill(runId);
    add(entry);
  };

  const fillGap = createGapFiller({ api, take: takeNow, show });

  const inTurn = (work: () => Promise<void>): Promise<void> => {
    turn = turn.catch(() => undefined).then(work);
    return turn;
  };

  return {
    take: (entry) => inTurn(() => takeNow(entry)),
    fillGap: (gap) => inTurn(() => fillGap(gap)),
    catchUp: () =>
      inTurn(async () => {
        for (const runId of record.openRuns()) await fill(runId);
      }),
  };
}

function describe(entry: Entry): string {
  const what =
    entry.kind === 'assist' ? `${String(entry.seq).padStart(4)}  ${entry.type}` : `      ${entry.kind}`;
  return `${entry.at}  ${entry.runId}  ${what}${entry.kind === 'status' ? ` ${entry.status}` : ''}`;
}

const isEnd = (entry: Entry): boolean =>
  entry.kind === 'end' || (entry.kind === 'status' && (entry.status === 'pass' || entry.status === 'fail'));
