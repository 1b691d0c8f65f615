/* Which batches that are watched have changed: one look at the database for all of them, while there are any. */
import { readReached } from '#shared/adapters/database/batches/read.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { createSerialTask, type SerialTask } from '#shared/platform/async/serial-task.ts';
import type { Log } from '#shared/platform/log/log.ts';

/** Takes the number of the last change; undefined: the batch is gone. */
type Listener = (reached: number | undefined) => void;

export interface BatchFeeds extends Disposable {
  /** The listener hears at each look. Returns what ends that. */
  join(batchId: string, listener: Listener): () => void;
}

const LOOK_MS = 250;
const RETRY_MS = 2_000;

export function createBatchFeeds(sql: Sql, log: Pick<Log, 'warn'>): BatchFeeds {
  const watched = new Map<string, Set<Listener>>();
  /** There while a batch is watched. */
  let looks: SerialTask | undefined;

  const look = async (): Promise<number> => {
    const reached = new Map((await readReached(sql, [...watched.keys()])).map(({ id, seq }) => [id, seq]));
    for (const [id, listeners] of watched) for (const listener of listeners) listener(reached.get(id));
    return LOOK_MS;
  };
  const leave = (batchId: string, listener: Listener) => {
    const listeners = watched.get(batchId);
    listeners?.delete(listener);
    if (listeners?.size === 0) watched.delete(batchId);
    if (watched.size > 0) return;
    void looks?.close();
    looks = undefined;
  };

  return {
    join(batchId, listener) {
      const listeners = watched.get(batchId) ?? new Set();
      watched.set(batchId, listeners.add(listener));
      looks ??= createSerialTask(look, (error) => {
        log.warn({ err: error }, 'could not look at the batches that are watched; it is tried again');
        return RETRY_MS;
      });
      looks.runIn(LOOK_MS);
      return () => leave(batchId, listener);
    },
    [Symbol.dispose]() {
      watched.clear();
      void looks?.close();
      looks = undefined;
    },
  };
}
