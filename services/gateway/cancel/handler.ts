import { readPlan } from '#shared/database/run-views/plan.ts';
import type { Sql } from '#shared/database/sql.ts';
import type { Call, Handler } from '../call.ts';
import { RequestError } from '../errors.ts';
import type { CancelRun } from './cancel-run.ts';
import { createDryRun, type DryRunDeps } from './dry-run.ts';
import { reasonRedactorOf } from './reason.ts';

export interface CancelHandlerDeps extends DryRunDeps {
  cancelRun: CancelRun;
}

/** Answers a cancel with exactly the bodies of the contract. */
export function createCancelHandler({ cancelRun, ...deps }: CancelHandlerDeps): Handler<'cancelRun'> {
  const dryRun = createDryRun(deps);
  return async (call) => {
    const { id } = call.run;
    if (call.query.dryRun) return { status: 200, body: await dryRun(id, call.body.mode) };
    const reason = call.body.reason && (await redactReason(deps.sql, id, call.body.reason));
    const outcome = await cancelRun({ runId: id, by: 'user', ...wishOf(call), ...(reason && { reason }) });
    call.log.info({ runId: id, outcome }, 'cancel');
    if (outcome === 'final') throw new RequestError('run_final');
    if (outcome === 'stale') return { status: 200, body: { ok: true, id, status: 'cancelled', stale: true } };
    return { status: 200, body: { ok: true, id, status: 'cancelling' } };
  };
}

/** Who asks, how hard, and since when; without the reason, which has to be redacted first. */
export const wishOf = ({ actor, body: { mode }, ctx }: Call<'cancelRun'> | Call<'cancelRuns'>) => ({
  mode,
  userId: actor.userId,
  ...(actor.keyId !== undefined && { keyId: actor.keyId }),
  elapsedMs: performance.now() - ctx.state.arrivedAt,
});

/** A reason is shown to everybody who sees the run: what the flow keeps secret is no part of it (I10). */
async function redactReason(sql: Sql, runId: string, reason: string): Promise<string> {
  const plan = await readPlan(sql, runId);
  return plan === undefined ? reason : reasonRedactorOf(plan)(reason);
}
