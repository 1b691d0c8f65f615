import type { Saying } from './saying.ts';
import { givesUp } from './transition-batch.ts';
import { addedEvents } from './transition-entry.ts';
import type { TransitionWriter, TransitionWriterDeps } from './transition-writer.ts';

/**
 * What a page says while a step goes on is stored only if the last commit was over so many times as long ago as it took: a
 * database that is slow has its time for the steps.
 */
const LEAVES_FREE = 20;

interface Pace {
  readonly isSlow: boolean;
}

/** The same commit, and whether the database is slow with it. */
export function paced(store: TransitionWriterDeps['commit']) {
  /** Monotonic, ms. */
  let isSlowUntil = 0;
  const commit: typeof store = async (...transition) => {
    const begun = performance.now();
    try {
      return await store(...transition);
    } finally {
      const ended = performance.now();
      isSlowUntil = ended + (ended - begun) * LEAVES_FREE;
    }
  };
  const pace: Pace = {
    get isSlow() {
      return performance.now() < isSlowUntil;
    },
  };
  return { commit, pace };
}

/** Records what a page says while a step goes on; the function returned records what is ready, before a move is. */
export function recordSaid(
  said: Saying,
  writer: Pick<TransitionWriter, 'recorded' | 'isIdle' | 'record'>,
  pace: Pace,
): () => void {
  const record = (mayWaitMs?: number) => {
    if (givesUp(writer.recorded)) return;
    const events = said.take();
    if (events.length > 0) writer.record(addedEvents(writer.recorded, events, mayWaitMs));
  };
  said.onReady(() => {
    if (!writer.isIdle || pace.isSlow) return false;
    record(0);
    return true;
  });
  return () => record();
}
