import type { Position } from '#shared/adapters/bus/subscribers/consumers.ts';
import type { Extent } from '#shared/adapters/bus/subscribers/extent.ts';

/** Up to where a durable consumer has had its events. Times in ms since the epoch, by the database's clock. */
export interface StreamPlace {
  /** It has had everything that was stored before; undefined if that is not known. */
  hadUntil: number | undefined;
  mark: Mark | undefined;
}

interface Mark {
  /** Once this place in the stream is acknowledged, it has had everything that was stored before `at`. */
  seq: number;
  at: number;
  /** The mark is the place of a notice of a gap. */
  isNotice: boolean;
}

export interface Seen {
  position: Position;
  /** Extent of the stream, read after the position. */
  extent: Extent;
  /** Up to where notices were acknowledged, if `mark` is one; undefined if none is delivered any more. */
  noticesFloor: number | undefined;
  /** Everything that was stored before this time was in the stream when it was looked at. */
  publishedUntil: number;
}

/** `tell`: events since `since` (undefined: all) may be missing, but for those in the stream. */
export type Judgement = { place: StreamPlace } | { tell: { since: number | undefined } };

/**
 * Whether a consumer may have missed events that the stream has dropped. Judged by time, as JetStream's positions do
 * not say it: what it has not had was published after `hadUntil`; what came after `extent.since` is in the stream.
 * Pure.
 */
export function judgeGap({ hadUntil, mark }: StreamPlace, seen: Seen): Judgement {
  const { position, extent } = seen;
  if (mark?.isNotice) {
    const isLost = mark.seq < extent.firstSeq || mark.seq > extent.lastSeq || seen.noticesFloor === undefined;
    if (isLost) return { tell: { since: hadUntil } };
    if (seen.noticesFloor! < mark.seq) return { place: { hadUntil, mark } };
    return judgeGap({ hadUntil: mark.at, mark: undefined }, seen);
  }
  if (hadUntil === undefined && position.isNew && extent.hasDropped) return { tell: { since: undefined } };
  // Where nothing was dropped, one that is new has missed nothing.
  const had = hadUntil ?? extent.since;
  if (had < extent.since) return { tell: { since: had } };
  return { place: moveOn(had, mark, seen) };
}

/** Nothing was dropped that it has not had, so that its position tells what it has had. */
function moveOn(
  had: number,
  mark: Mark | undefined,
  { position, extent, publishedUntil }: Seen,
): StreamPlace {
  if (position.isCurrent) return { hadUntil: Math.max(had, publishedUntil), mark: undefined };
  const next: Mark = { seq: extent.lastSeq, at: publishedUntil, isNotice: false };
  if (mark === undefined || mark.seq > extent.lastSeq) return { hadUntil: had, mark: next };
  if (position.floor < mark.seq) return { hadUntil: had, mark };
  return { hadUntil: Math.max(had, mark.at), mark: next };
}
