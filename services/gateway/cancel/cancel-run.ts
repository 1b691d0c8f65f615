/*
 * The cancel of the contract: record, then find a process that can carry it out. Owns no state. Keeps I3: from the moment the
 * request is recorded the answer is 200, and it comes true even if every message from here on is lost.
 */
import { type CancelOfRun, recordCancelRequest } from '#shared/adapters/database/runs/record-cancel.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { METRICS } from '#shared/platform/metrics/instruments.ts';
import { tellWork } from '#shared/platform/traces/spans.ts';
import { statementSpan } from '#shared/platform/traces/statement-span.ts';
import type { CancelDelivery } from './delivery.ts';

/** `final`: the run had ended, nothing was recorded. `stale`: it had no live actor and was ended by the supervisor. */
type CancelOutcome = 'final' | 'cancelling' | 'stale';
export type CancelRun = (request: CancelOfRun, onRecorded?: () => void) => Promise<CancelOutcome>;

export const createCancelRun =
  ({ sql, delivery }: { sql: Sql; delivery: Pick<CancelDelivery, 'now'> }): CancelRun =>
  /**
   * Rejects with `DatabaseUnavailableError` if the record's outcome is unknown: then nothing is promised. Once it is
   * recorded, `onRecorded` is called.
   */
  async (request, onRecorded) => {
    const { traceparent } = request;
    const recorded = await tellWork(...statementSpan('UPDATE', 'runs', traceparent), () =>
      recordCancelRequest(sql, request),
    );
    onRecorded?.();
    if (recorded) METRICS.cancelRequests.add({ 'ghostly.cancel.mode': request.mode });
    return recorded ? delivery.now(recorded, traceparent) : 'final';
  };
