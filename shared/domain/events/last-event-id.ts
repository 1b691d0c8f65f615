/** How a watcher says which event it had last; all after it are news (I7). */
export const LAST_EVENT_ID = 'Last-Event-ID';

/** The largest seq that the database can hold. */
const LARGEST_SEQ = 2 ** 31 - 1;

/** The seq that a watcher had last: a whole number from 0; anything else counts as none. */
export const parseLastEventId = (header: string | undefined): number =>
  header !== undefined && /^\d+$/.test(header) ? Math.min(Number(header), LARGEST_SEQ) : 0;

/** `lastSeq` of 0: none. */
export const lastEventIdHeader = (lastSeq: number): Record<string, string> =>
  lastSeq > 0 ? { [LAST_EVENT_ID]: String(lastSeq) } : {};
