import { isId } from '#shared/contract/id.ts';
import { type FoundRun, findRun } from '#shared/database/run-views/find.ts';
import type { Sql } from '#shared/database/sql.ts';
import { RequestError } from '../http/errors.ts';
import { type Actor, type Asked, may } from './policy.ts';

/**
 * The run if the actor may do this with it; else throws "forbidden", or "not found" if it may not see it. A malformed id
 * is refused without a query.
 */
export async function runOrRefusal(
  sql: Sql,
  actor: Actor,
  runId: string,
  asked: Asked,
  missing: 'not_found' | 'run_not_found' = 'not_found',
): Promise<FoundRun> {
  const run = isId(runId) ? await findRun(sql, runId, actor.userId) : undefined;
  const decision = run ? may(actor, asked, run) : 'hidden';
  if (!run || decision === 'hidden') throw new RequestError(missing);
  if (decision === 'forbidden') throw new RequestError('forbidden');
  return run;
}
