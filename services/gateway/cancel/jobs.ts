import {
  type CancelJobRow,
  listCancelJobs,
  readCancelJob,
} from '#shared/adapters/database/cancel-jobs/read.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { CANCEL_JOBS_LIMIT, type CancelJob } from '#shared/api/contract/cancel/cancel.ts';
import { may, seesAllRuns } from '../access/policy.ts';
import type { Handler } from '../http/call.ts';
import { RequestError } from '../http/errors.ts';
import { type AnswerLanguage, textOfError } from '../http/language.ts';

/** Its creator sees a bulk cancel, and admins do. */
export const createReadCancelJob =
  (sql: Sql): Handler<'readCancelJob'> =>
  async ({ actor, params, ctx }) => {
    const job = await readCancelJob(sql, params.id);
    if (!job || may(actor, 'runs:read', { userId: job.userId }) !== 'allowed')
      throw new RequestError('not_found');
    return { status: 200, body: presentCancelJob(job, ctx.state.language, { failures: true }) };
  };

export const createListCancelJobs =
  (sql: Sql): Handler<'listCancelJobs'> =>
  async ({ actor, ctx }) => {
    const userId = seesAllRuns(actor) ? undefined : actor.userId;
    const jobs = await listCancelJobs(sql, { userId, limit: CANCEL_JOBS_LIMIT });
    const body = jobs.map((job) => presentCancelJob(job, ctx.state.language, { failures: false }));
    return { status: 200, body };
  };

/** Pure. Every run whose cancel was recorded ends as cancelled (I3): those that are not live any more have. */
export function presentCancelJob(
  row: CancelJobRow,
  language: AnswerLanguage,
  shown: { failures: boolean },
): CancelJob {
  const { id, userId, createdAt, reason, mode, filter, matched, alreadyFinal, failures, live } = row;
  return {
    ok: true,
    id,
    status: live > 0 ? 'running' : 'done',
    createdAt: createdAt.toISOString(),
    userId,
    ...(reason !== null && { reason }),
    mode,
    ...(filter && { filter }),
    matched,
    cancelled: matched - alreadyFinal - failures.length - live,
    cancelling: live,
    alreadyFinal,
    failed: failures.length,
    ...(shown.failures && {
      failures: failures.map((failure) => ({ id: failure.id, error: textOfError(failure.error, language) })),
    }),
  };
}
