import type { StreamEntry } from '#shared/domain/events/entries.ts';
import { isFinal, type Status } from '#shared/domain/run/status.ts';

/** Decides which entries of several connections to one run are new (I7). Pure state. */
export interface EntryFilter {
  /** Number of the last event that was accepted; `afterSeq` before the first. */
  readonly lastSeq: number;
  /** An entry has arrived. */
  readonly begun: boolean;
  /** A connection begins. It opens with the current status, which is mostly known after a reconnect. */
  connected(): void;
  accept(entry: StreamEntry): boolean;
}

/** `afterSeq`: the number of the last event that the watcher has received, 0 for none. */
export function createEntryFilter(afterSeq = 0): EntryFilter {
  const seen = { lastSeq: afterSeq, begun: false };
  let isReconnect = false;
  let isOpening = true;
  let status: Status | undefined;
  let hadRunEnd = false;
  let isConcluded = false;

  function admitStatus(next: Status, opens: boolean): boolean {
    // A final status as the opening one is not passed on yet: it comes again after the missing events.
    if (isConcluded || (isReconnect && opens && (next === status || isFinal(next)))) return false;
    status = next;
    isConcluded = hadRunEnd && isFinal(next);
    return true;
  }

  return Object.assign(seen, {
    connected() {
      isReconnect = seen.begun;
      isOpening = true;
    },
    accept(entry: StreamEntry) {
      const opens = isOpening;
      isOpening = false;
      seen.begun = true;
      if (entry.kind === 'status') return admitStatus(entry.status, opens);
      if (entry.kind === 'end') return true;
      if (entry.seq <= seen.lastSeq) return false;
      seen.lastSeq = entry.seq;
      hadRunEnd = entry.type === 'run_end';
      return true;
    },
  });
}
