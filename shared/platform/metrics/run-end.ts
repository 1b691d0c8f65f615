import { endLabelsOf, METRICS } from './instruments.ts';

/** Times by the database's clock. */
export interface EndedRun {
  /** The API's stop reason; undefined: it passed. */
  stopReason: string | undefined;
  at: Date;
  acceptedAt: Date;
  cancelRequestedAt: Date | null;
  /** When its machine had the cancel, epoch ms. */
  cancelTakenAt?: number | undefined;
}

/** A run has ended, by its owner or by a supervisor: counts its result, and the way of its cancel. */
export function countEnd({ stopReason, at, acceptedAt, cancelRequestedAt, cancelTakenAt }: EndedRun): void {
  METRICS.ended.record(at.getTime() - acceptedAt.getTime(), endLabelsOf(stopReason));
  if (!cancelRequestedAt) return;
  const hop = (name: 'delivery' | 'total', until: number) =>
    METRICS.cancelHops.record(until - cancelRequestedAt.getTime(), { 'ghostly.cancel.hop': name });
  if (cancelTakenAt !== undefined) hop('delivery', cancelTakenAt);
  hop('total', at.getTime());
}
