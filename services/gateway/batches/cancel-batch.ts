import { randomUUID } from 'node:crypto';
import { cancelBatch } from '#shared/adapters/database/batches/cancel.ts';
import { readLiveAttempts } from '#shared/adapters/database/batches/read.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import type { CancelDelivery } from '../cancel/delivery.ts';
import { askedCancelOf } from '../cancel/handler.ts';
import { presentCancelJob } from '../cancel/jobs.ts';
import { redactReason } from '../cancel/reason.ts';
import { afterAnswer } from '../http/after-answer.ts';
import type { Handler } from '../http/call.ts';
import { RequestError } from '../http/errors.ts';
import { requestedBatch } from './read-batches.ts';

/** Records the cancel of a batch and of all its runs at once, answers, and only then tells their owners. */
export function createCancelBatch(deps: {
  sql: Sql;
  cancelDelivery: Pick<CancelDelivery, 'later'>;
}): Handler<'cancelBatch'> {
  const { sql, cancelDelivery } = deps;
  return async (call) => {
    const { actor, project, ctx, log } = call;
    const { id: batchId } = await requestedBatch(sql, call);
    const { mode, reason: given } = call.body;
    const written = { runIds: await readLiveAttempts(sql, batchId), writerId: actor.userId };
    const reason = given && (await redactReason(sql, given, written));
    const job = { id: randomUUID(), userId: actor.userId };
    const asked = { ...askedCancelOf(call), ...(reason && { reason }), ...job };
    const cancelled = await cancelBatch(sql, { ...asked, batchId, projectId: project.id });
    if (typeof cancelled === 'string') throw new RequestError(cancelled);
    const { createdAt, recorded, matched } = cancelled;
    afterAnswer(ctx, 'cancels could not be delivered', () => cancelDelivery.later(recorded));
    log.info({ jobId: job.id, batchId, matched, recorded: recorded.length }, 'cancel of a batch');
    const row = {
      ...job,
      createdAt,
      mode,
      matched,
      reason: reason || null,
      filter: { batch: batchId },
      failures: [],
      alreadyFinal: matched - recorded.length,
      live: recorded.length,
    };
    return { status: 202, body: presentCancelJob(row, ctx.state.language, { failures: true }) };
  };
}
