import { type AssistEntry, RANK, type StreamEntry } from '#shared/domain/events/stream.ts';
import { isFinal, type Status } from '#shared/domain/run/status.ts';

type Acceptance = 'emit' | 'known' | 'gap';

/**
 * One watcher's place in a run's stream (I6, I7). Pure state: offered entries in any order, with repeats and holes, it
 * says which one is next. A final status comes only after `run_end`, `end` only after the final status.
 */
export interface StreamCursor {
  readonly seq: number;
  readonly rank: number;
  readonly ended: boolean;
  offer(entry: StreamEntry): Acceptance;
  /** The current status was sent; only later ones are new, but a final one is sent again before the end. */
  show(status: Status): void;
  /** What is missing up to this event is not stored: the next one follows on it. */
  passOver(seq: number): void;
  /** A watcher that had the run's last event needs no more of them. */
  reachedLast(): void;
}

export function createStreamCursor(afterSeq: number): StreamCursor {
  const place = { seq: afterSeq, rank: 0, ended: false };
  let hadRunEnd = false;

  const offerEvent = ({ seq, type }: AssistEntry): Acceptance => {
    if (seq <= place.seq) return 'known';
    if (seq > place.seq + 1) return 'gap';
    place.seq = seq;
    hadRunEnd = type === 'run_end';
    return 'emit';
  };

  return Object.assign(place, {
    offer(entry: StreamEntry): Acceptance {
      if (place.ended) return 'known';
      if (entry.kind === 'assist') return offerEvent(entry);
      const rank = entry.kind === 'end' ? RANK.end : RANK[entry.status];
      const acceptance = acceptanceOf(rank, place.rank, hadRunEnd);
      if (acceptance !== 'emit') return acceptance;
      place.rank = rank;
      place.ended = entry.kind === 'end';
      return 'emit';
    },
    show(status: Status) {
      place.rank = Math.max(place.rank, isFinal(status) ? RANK.cancelling : RANK[status]);
    },
    passOver(seq: number) {
      place.seq = Math.max(place.seq, seq);
    },
    reachedLast() {
      hadRunEnd = true;
    },
  });
}

/** Accepts a status or the end after the entry of `rank`. */
function acceptanceOf(next: number, rank: number, hadRunEnd: boolean): Acceptance {
  if (next <= rank) return 'known';
  if (next >= RANK.pass && !hadRunEnd) return 'gap';
  // One that was missed before `run_end` is too late after it.
  if (next < RANK.pass && hadRunEnd) return 'known';
  return next === RANK.end && rank < RANK.pass ? 'gap' : 'emit';
}
