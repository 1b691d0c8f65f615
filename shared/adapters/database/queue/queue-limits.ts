import { lock } from '../advisory-locks.ts';
import type { Sql } from '../sql.ts';
import { queued } from './fair-choice.ts';
import { isLimited, type RunLimits } from './limits.ts';

/** Whose queues a new run would join. */
interface Queues {
  userId: string;
  projectId: string;
}

/** Locks these queues until the end of the transaction, so that what is counted then holds. */
export async function lockQueues(sql: Sql, { userId, projectId }: Queues, limits: RunLimits): Promise<void> {
  if (limits.perUser !== undefined) await lock(sql, 'userQueue', userId);
  if (limits.perProject !== undefined) await lock(sql, 'projectQueue', projectId);
}

/** Whether as many runs wait as may. Those with a recorded cancel do not count: they are on their way out. */
export async function areQueuesFull(
  sql: Sql,
  { userId, projectId }: Queues,
  limits: RunLimits,
): Promise<boolean> {
  if (!isLimited(limits)) return false;
  const { perUser = null, perProject = null } = limits;
  const row = await sql.row<{ full: boolean }>(FULL, { userId, projectId, perUser, perProject });
  return row!.full;
}

/** How many runs of a user wait; of more than `most` it says `most`, and reads no further. */
export async function countQueuedOf(sql: Sql, userId: string, most: number): Promise<number> {
  const row = await sql.row<{ queued: number }>(COUNT_OF_USER, { userId, most });
  return row!.queued;
}

const FULL = `
select coalesce((select count(*) from (select from runs where user_id = :userId and ${queued('runs')} limit :perUser) as own) >= :perUser::int, false)
  or coalesce((select count(*) from (select from runs where project_id = :projectId and ${queued('runs')} limit :perProject) as all_of) >= :perProject::int,
    false) as full`;
const COUNT_OF_USER = `
select count(*)::int as queued from (select from runs where user_id = :userId and ${queued('runs')} limit :most) as own`;
