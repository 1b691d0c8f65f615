/*
 * What people ask of one run while it goes on, for its owner. Owns what is known of it; the values of answers are
 * `answers.ts`'.
 */
import { readOrders, type StoredOrder } from '#shared/adapters/database/orders/orders.ts';
import type { Statements } from '#shared/adapters/database/sql.ts';
import { raceSignal } from '../../browser/race.ts';
import { untilDatabaseAnswers } from '../../browser/vault/database-retry.ts';

export interface RunOrders {
  /** There is another one, unless so many were known. Whether anything is new. */
  arrived(count?: number): boolean;
  /** All of them, also if the database answers late. Rejects with the reason of the signal. */
  read(signal: AbortSignal): Promise<readonly StoredOrder[]>;
  /** The first that fits, of those that come until `isOver`. Rejects with the reason of the signal. */
  find<Found extends StoredOrder>(
    fits: (order: StoredOrder) => order is Found,
    isOver: Promise<void>,
    signal: AbortSignal,
  ): Promise<Found | undefined>;
}

/** `onRead` gets all of them each time. */
export function createRunOrders(
  sql: Statements,
  owned: { runId: string; owner: string; epoch: number },
  onRead: (orders: readonly StoredOrder[]) => void,
): RunOrders {
  let news = Promise.withResolvers<void>();
  let known = 0;

  async function read(signal: AbortSignal, isLast = false): Promise<readonly StoredOrder[]> {
    const all = (await untilDatabaseAnswers(signal, () => readOrders(sql, owned, isLast))) ?? [];
    known = Math.max(known, all.length);
    onRead(all);
    return all;
  }

  return {
    arrived(count = Number.POSITIVE_INFINITY) {
      if (count <= known) return false;
      news.resolve();
      news = Promise.withResolvers();
      return true;
    },
    read: (signal) => read(signal),
    async find(fits, isOver, signal) {
      let isLast = false;
      const over = isOver.then(() => {
        isLast = true;
      });
      for (;;) {
        const wasLast = isLast;
        // What comes while it is asked is not missed.
        const next = news.promise;
        const found = (await read(signal, wasLast)).find(fits);
        if (found || wasLast) return found;
        await raceSignal(Promise.race([next, over]), signal);
      }
    },
  };
}
