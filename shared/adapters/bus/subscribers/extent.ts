import type { StreamInfo } from 'nats';

/** What the stream of events holds at a moment. */
export interface Extent {
  /** The place of the oldest message that is stored, or of the next one if there is none. */
  firstSeq: number;
  lastSeq: number;
  /** Messages were dropped from it. */
  hasDropped: boolean;
  /** Everything that was published since is stored, ms since the epoch by the clock of the NATS server. */
  since: number;
}

/** What the clocks of NATS and PostgreSQL may differ by; places of consumers are set back by as much. */
export const SKEW_MS = 60_000;

export function extentOf(
  { state, created }: Pick<StreamInfo, 'state' | 'created'>,
  now = Date.now(),
): Extent {
  const { first_seq: firstSeq, last_seq: lastSeq, messages } = state;
  const hasDropped = lastSeq > messages;
  const first = messages > 0 ? Date.parse(String(state.first_ts)) : now;
  return {
    firstSeq,
    lastSeq,
    hasDropped,
    since: hasDropped ? first : Date.parse(String(created)) - SKEW_MS,
  };
}
