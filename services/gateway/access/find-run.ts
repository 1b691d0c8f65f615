import { type FoundRun, findRun, findRunsByShortId } from '#shared/adapters/database/run-views/find.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { isId } from '#shared/api/contract/is-id.ts';
import { isShortId } from '#shared/domain/run/short-id.ts';
import { RequestError } from '../http/errors.ts';
import { type Actor, type Asked, may } from './policy.ts';

/** Finds a run by its id or, if only one that the actor may see ends like that, its short id. */
async function findNamed(sql: Sql, actor: Actor, named: string): Promise<FoundRun | undefined> {
  if (isId(named)) return findRun(sql, named, actor.userId);
  if (!isShortId(named)) return undefined;
  const alike = await findRunsByShortId(sql, named, actor.userId);
  const [run, other] = alike.filter((one) => may(actor, 'account', one) !== 'hidden');
  return other === undefined ? run : undefined;
}

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
  return admitted(await findNamed(sql, actor, runId), actor, asked, missing);
}

/** The same of a run that was found, or was not. */
export function admitted<Run extends FoundRun>(
  run: Run | undefined,
  actor: Actor,
  asked: Asked,
  missing: 'not_found' | 'run_not_found' = 'not_found',
): Run {
  const decision = run ? may(actor, asked, run) : 'hidden';
  if (!run || decision === 'hidden') throw new RequestError(missing);
  if (decision === 'forbidden') throw new RequestError('forbidden');
  return run;
}
