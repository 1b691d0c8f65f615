import type { Call, Handler } from '../http/call.ts';
import { RequestError } from '../http/errors.ts';
import type { CancelRun } from './cancel-run.ts';
import { createDryRun, type DryRunDeps } from './dry-run.ts';
import { redactReason } from './reason.ts';

export interface CancelHandlerDeps extends DryRunDeps {
  cancelRun: CancelRun;
}

/** Answers a cancel with exactly the bodies of the contract. */
export function createCancelHandler({ cancelRun, ...deps }: CancelHandlerDeps): Handler<'cancelRun'> {
  const dryRun = createDryRun(deps);
  return async (call) => {
    const { id } = call.run;
    if (call.query.dryRun || call.body.dryRun) return { status: 200, body: await dryRun(id, call.body.mode) };
    const { reason: given } = call.body;
    const written = { runIds: [id], writerId: call.actor.userId };
    const reason = given && (await redactReason(deps.sql, given, written));
    const asked = { runId: id, by: 'user', ...askedCancelOf(call), ...(reason && { reason }) } as const;
    const outcome = await cancelRun(asked, call.leaveTurn);
    call.log.info({ outcome }, 'cancel');
    if (outcome === 'final') throw new RequestError('run_final');
    if (outcome === 'stale') return { status: 200, body: { ok: true, id, status: 'cancelled', stale: true } };
    return { status: 200, body: { ok: true, id, status: 'cancelling' } };
  };
}

/** Who asks, how hard, and since when; without the reason, which has to be redacted first. */
export const askedCancelOf = ({
  actor,
  body: { mode },
  ctx,
}: Call<'cancelRun'> | Call<'cancelRuns'> | Call<'cancelBatch'>) => ({
  mode,
  userId: actor.userId,
  keyId: actor.keyId,
  elapsedMs: performance.now() - ctx.state.arrivedAt,
  traceparent: ctx.state.span.traceparent,
});
