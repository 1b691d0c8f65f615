import type { StreamEntry } from '#shared/events/entries.ts';
import { isFinal, type Status } from '#shared/run/status.ts';

/** Which entries of several connections to one run are news (I7). Pure state. */
export interface EntryFilter {
  /** Number of the last event that was let in; the given one before the first. */
  readonly lastSeq: number;
  /** Something has come. */
  readonly begun: boolean;
  /** A connection begins, and with it the current status, which after a loss is mostly known. */
  connected(): void;
  accept(entry: StreamEntry): boolean;
}

/** `afterSeq`: the number of the last event that the watcher has had, 0 for none. */
export function createEntryFilter(afterSeq = 0): EntryFilter {
  let lastSeq = afterSeq;
  let begun = false;
  let isReconnect = false;
  let isOpening = true;
  let status: Status | undefined;
  let hadRunEnd = false;
  let isConcluded = false;

  function admitStatus(next: Status, opens: boolean): boolean {
    // A final status as the opening one says nothing yet: it comes again behind the events that are missing.
    if (isConcluded || (isReconnect && opens && (next === status || isFinal(next)))) return false;
    status = next;
    isConcluded = hadRunEnd && isFinal(next);
    return true;
  }

  return {
    get lastSeq() {
      return lastSeq;
    },
    get begun() {
      return begun;
    },
    connected() {
      isReconnect = begun;
      isOpening = true;
    },
    accept(entry) {
      const opens = isOpening;
      isOpening = false;
      begun = true;
      if (entry.kind === 'status') return admitStatus(entry.status, opens);
      if (entry.kind === 'end') return true;
      if (entry.seq <= lastSeq) return false;
      lastSeq = entry.seq;
      hadRunEnd = entry.type === 'run_end';
      return true;
    },
  };
}
