/*
 * The pauses of one run, for its owner: which are asked for, and how the run goes on after each. Owns who has let it go on.
 */
import type { StoredOrder, StoredResume } from '#shared/adapters/database/orders/orders.ts';
import type { Resumption } from '#shared/domain/events/describer.ts';
import type { AskedPause } from '#shared/domain/run/context.ts';
import type { RunOrders } from './orders.ts';

export interface RunPauses {
  /**
   * How it goes on after one of its pauses, from 1; resolves at `isOver` to undefined if nobody lets it go on until then.
   * Rejects with the reason of the signal.
   */
  endOf(pause: number, isOver: Promise<void>, signal: AbortSignal): Promise<StoredResume | undefined>;
  /** Who has let it go on after that. */
  of(pause: number): Resumption | undefined;
}

export function createRunPauses(orders: Pick<RunOrders, 'find'>, attempt: number): RunPauses {
  const ended = new Map<number, Resumption>();
  return {
    async endOf(pause, isOver, signal) {
      const isIt = (order: StoredOrder): order is StoredResume =>
        order.kind === 'resume' && order.pause === pause && order.attempt === attempt;
      const end = await orders.find(isIt, isOver, signal);
      if (end) ended.set(pause, { userId: end.userId, ...(end.edited && { edited: true }) });
      return end;
    },
    of: (pause) => ended.get(pause),
  };
}

/** The pauses that are asked for, in their order; also of an attempt before. */
export const pausesIn = (orders: readonly StoredOrder[]): AskedPause[] =>
  orders.flatMap((order) => (order.kind === 'pause' ? [askedBy(order)] : []));

const askedBy = ({
  order,
  mode,
  userId,
  reason,
  forMs,
}: Extract<StoredOrder, { kind: 'pause' }>): AskedPause => ({
  order,
  mode,
  userId,
  forMs,
  ...(reason !== undefined && { reason }),
});
