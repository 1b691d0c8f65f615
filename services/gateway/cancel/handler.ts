import type { Handler } from '../call.ts';
import { RequestError } from '../errors.ts';
import type { createCancelRun } from './cancel-run.ts';

/** Answers a cancel with exactly the bodies of the contract. */
export function createCancelHandler(cancelRun: ReturnType<typeof createCancelRun>): Handler<'cancelRun'> {
  return async ({ actor, run: { id }, body: { mode, reason }, log }) => {
    const outcome = await cancelRun({
      runId: id,
      by: 'user',
      mode,
      userId: actor.userId,
      ...(actor.keyId !== undefined && { keyId: actor.keyId }),
      ...(reason !== undefined && { reason }),
    });
    log.info({ runId: id, outcome }, 'cancel');
    if (outcome === 'final') throw new RequestError('run_final');
    if (outcome === 'stale') return { status: 200, body: { ok: true, id, status: 'cancelled', stale: true } };
    return { status: 200, body: { ok: true, id, status: 'cancelling' } };
  };
}
