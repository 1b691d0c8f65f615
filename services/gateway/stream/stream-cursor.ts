import { RANK, type StreamEntry } from '#shared/events/stream.ts';
import { isFinal, type Status } from '#shared/run/status.ts';

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
  /** A watcher that had the run's last event needs no more of them. */
  reachedLast(): void;
}

export function createStreamCursor(afterSeq: number): StreamCursor {
  let seq = afterSeq;
  let rank = 0;
  let hadRunEnd = false;
  let ended = false;

  const offer = (entry: StreamEntry): Acceptance => {
    if (ended) return 'known';
    if (entry.kind === 'assist') {
      if (entry.seq <= seq) return 'known';
      if (entry.seq > seq + 1) return 'gap';
      seq = entry.seq;
      hadRunEnd = entry.type === 'run_end';
      return 'emit';
    }
    const entryRank = entry.kind === 'end' ? RANK.end : RANK[entry.status];
    if (entryRank <= rank) return 'known';
    if (entryRank >= RANK.pass && !hadRunEnd) return 'gap';
    // One that was missed before `run_end` is too late after it.
    if (entryRank < RANK.pass && hadRunEnd) return 'known';
    if (entryRank === RANK.end && rank < RANK.pass) return 'gap';
    rank = entryRank;
    ended = entry.kind === 'end';
    return 'emit';
  };

  return {
    get seq() {
      return seq;
    },
    get rank() {
      return rank;
    },
    get ended() {
      return ended;
    },
    offer,
    show(status) {
      rank = Math.max(rank, isFinal(status) ? RANK.cancelling : RANK[status]);
    },
    reachedLast() {
      hadRunEnd = true;
    },
  };
}
