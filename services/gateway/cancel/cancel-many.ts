import { randomUUID } from 'node:crypto';
import { acceptCancelJob } from '#shared/adapters/database/cancel-jobs/accept.ts';
import { findLiveRuns, findTargets } from '#shared/adapters/database/cancel-jobs/targets.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import type { BodyOf } from '#shared/api/contract/endpoints.ts';
import { isId } from '#shared/api/contract/is-id.ts';
import { BULK_LIMIT } from '#shared/api/limits.ts';
import { type Actor, may } from '../access/policy.ts';
import { afterAnswer } from '../http/after-answer.ts';
import type { Handler } from '../http/call.ts';
import type { CancelDelivery } from './delivery.ts';
import { askedCancelOf } from './handler.ts';
import { presentCancelJob } from './jobs.ts';
import { redactReason } from './reason.ts';
import { idsToFind, type SortedTargets, sortFound, sortNamed } from './sort-targets.ts';

type Body = BodyOf<'cancelRuns'>;
type Filter = Omit<Body, 'ids' | 'reason' | 'mode'>;

/** Records the cancel of all runs at once, answers, and only then tells their owners. */
export function createCancelMany(deps: { sql: Sql; delivery: CancelDelivery }): Handler<'cancelRuns'> {
  const { sql, delivery } = deps;
  return async (call) => {
    const { actor, ctx, log } = call;
    const { ids, mode, reason, ...filter } = call.body;
    const targets = ids ? await findNamed(sql, actor, ids) : await findFiltered(sql, actor, filter);
    const { live, final, ...sorted } = targets;
    const shown =
      reason && (await redactReason(sql, reason, { runIds: [...live, ...final], writerId: actor.userId }));
    const job = { id: randomUUID(), userId: actor.userId, filter: ids ? null : filter, ...sorted };
    const { createdAt, recorded } = await acceptCancelJob(sql, {
      ...askedCancelOf(call),
      ...(shown && { reason: shown }),
      ...job,
      runIds: live,
      alreadyFinal: final.length,
    });
    afterAnswer(ctx, 'cancels could not be delivered', () => delivery.later(recorded));
    log.info({ jobId: job.id, matched: job.matched, recorded: recorded.length }, 'bulk cancel');
    // Not read again: a database that goes away now must not make this look as if nothing had been accepted.
    const alreadyFinal = final.length + live.length - recorded.length;
    const row = { ...job, createdAt, mode, reason: shown || null, alreadyFinal, live: recorded.length };
    return { status: 202, body: presentCancelJob(row, ctx.state.language, { failures: true }) };
  };
}

async function findNamed(sql: Sql, actor: Actor, ids: string[]): Promise<SortedTargets> {
  return sortNamed(actor, ids, await findTargets(sql, idsToFind(ids), actor.userId));
}

/** A project that cannot be is like one without runs. */
async function findFiltered(sql: Sql, actor: Actor, filter: Filter): Promise<SortedTargets> {
  const { project, status, contextId, since, until } = filter;
  if (project !== undefined && !isId(project)) return sortFound(actor, []);
  const found = await findLiveRuns(sql, {
    callerId: actor.userId,
    everybody: may(actor, 'runs:cancel', {}) === 'allowed',
    projectId: project,
    shownStatus: status,
    contextId,
    since: since === undefined ? undefined : new Date(since),
    until: until === undefined ? undefined : new Date(until),
    limit: BULK_LIMIT,
  });
  return sortFound(actor, found);
}
