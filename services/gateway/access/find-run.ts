import { isId } from '#shared/contract/id.ts';
import type { Permission } from '#shared/contract/permissions.ts';
import { type FoundRun, findRun } from '#shared/database/run-views/find.ts';
import type { Sql } from '#shared/database/sql.ts';
import { RequestError } from '../errors.ts';
import { type Actor, may, type Verdict } from './policy.ts';

export interface RunForActor {
  run: FoundRun;
  /** What the actor may do with this run. */
  may(permission: Permission): Verdict;
}

/** Undefined if there is no such run; a malformed id is answered without asking the database. */
export async function findRunFor(sql: Sql, actor: Actor, runId: string): Promise<RunForActor | undefined> {
  const run = isId(runId) ? await findRun(sql, runId, actor.userId) : undefined;
  return run && { run, may: (permission) => may(actor, permission, run) };
}

/** The run if the actor may do this with it; else "forbidden", or "not found" where it may not even see it. */
export async function runOrRefusal(sql: Sql, actor: Actor, runId: string, permission: Permission) {
  const found = await findRunFor(sql, actor, runId);
  const verdict = found?.may(permission) ?? 'hidden';
  if (!found || verdict === 'hidden') throw new RequestError('not_found');
  if (verdict === 'forbidden') throw new RequestError('forbidden');
  return found.run;
}
