import { readPlan } from '#shared/database/run-views/plan.ts';
import type { Sql } from '#shared/database/sql.ts';
import { createRedactor } from '#shared/flow/redact.ts';
import type { Handler } from '../call.ts';
import { RequestError } from '../errors.ts';
import type { createCancelRun } from './cancel-run.ts';

export interface CancelHandlerDeps {
  sql: Sql;
  cancelRun: ReturnType<typeof createCancelRun>;
}

/** Answers a cancel with exactly the bodies of the contract. */
export function createCancelHandler({ sql, cancelRun }: CancelHandlerDeps): Handler<'cancelRun'> {
  return async ({ actor, run: { id }, body: { mode, reason }, log }) => {
    const outcome = await cancelRun({
      runId: id,
      by: 'user',
      mode,
      userId: actor.userId,
      ...(actor.keyId !== undefined && { keyId: actor.keyId }),
      ...(reason !== undefined && { reason: await redactReason(sql, id, reason) }),
    });
    log.info({ runId: id, outcome }, 'cancel');
    if (outcome === 'final') throw new RequestError('run_final');
    if (outcome === 'stale') return { status: 200, body: { ok: true, id, status: 'cancelled', stale: true } };
    return { status: 200, body: { ok: true, id, status: 'cancelling' } };
  };
}

/** A reason is shown to everybody who sees the run: what the flow keeps secret is no part of it (I10). */
async function redactReason(sql: Sql, runId: string, reason: string): Promise<string> {
  const plan = await readPlan(sql, runId);
  return plan ? createRedactor(plan)(reason) : reason;
}
