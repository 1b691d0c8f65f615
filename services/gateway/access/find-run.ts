import { isId } from '#shared/contract/id.ts';
import { type FoundRun, findRun } from '#shared/database/run-views/find.ts';
import type { Sql } from '#shared/database/sql.ts';
import { RequestError } from '../errors.ts';
import { type Actor, type Asked, may, type Verdict } from './policy.ts';

export interface RunForActor {
  run: FoundRun;
  /** What the actor may do with this run. */
  may(asked: Asked): Verdict;
}

/** Undefined if there is no such run; a malformed id is answered without asking the database. */
export async function findRunFor(sql: Sql, actor: Actor, runId: string): Promise<RunForActor | undefined> {
  const run = isId(runId) ? await findRun(sql, runId, actor.userId) : undefined;
  return run && { run, may: (asked) => may(actor, asked, run) };
}

/** The run if the actor may do this with it; else "forbidden", or "not found" where it may not even see it. */
export async function runOrRefusal(sql: Sql, actor: Actor, runId: string, asked: Asked) {
  const found = await findRunFor(sql, actor, runId);
  const verdict = found?.may(asked) ?? 'hidden';
  if (!found || verdict === 'hidden') throw new RequestError('not_found');
  if (verdict === 'forbidden') throw new RequestError('forbidden');
  return found.run;
}
