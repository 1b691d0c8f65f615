import { lock } from '../advisory-locks.ts';
import type { Sql } from '../sql.ts';
import {
  type AskedCancel,
  askedValues,
  RECORDED_COLUMNS,
  type RunToCancel,
  type RunToCancelRow,
  recordCancelColumns,
  runToCancel,
} from './record-cancel.ts';

/** A newer run takes the place of the earlier ones of its schedule, or else of those with its concurrency key. */
export interface Newer {
  id: string;
  userId: string;
  projectId: string;
  concurrencyKey?: string | undefined;
  scheduleId?: string | undefined;
}

/** An earlier run whose cancel is recorded by now. */
export interface SupersededRun extends RunToCancel {
  /** It waited in the queue of the newer run's user, and leaves it by this. */
  leftQueue: boolean;
}

/**
 * Records a user's cancel (I3) on every live one of these runs, in the transaction that stores the newer run. Locks the
 * newer run's user first, as deletions of users do, and then the runs in id order, as heartbeats do.
 */
export async function supersedeRuns(
  sql: Sql,
  { id, userId, projectId, concurrencyKey, scheduleId }: Newer,
  request: Omit<AskedCancel, 'reason' | 'mode'>,
): Promise<SupersededRun[]> {
  await sql.rows('select from users where id = :userId for key share', { userId });
  if (scheduleId === undefined && concurrencyKey === undefined) return [];
  if (scheduleId === undefined) await lock(sql, 'concurrencyKey', `${projectId} ${concurrencyKey}`);
  const rows = await sql.rows<RunToCancelRow & { userId: string; waited: boolean }>(
    scheduleId === undefined ? SUPERSEDE : SUPERSEDE_SCHEDULED,
    {
      ...(scheduleId === undefined ? { projectId, concurrencyKey } : { scheduleId }),
      ...askedValues({ ...request, mode: 'graceful', reason: `superseded by run ${id}` }),
    },
  );
  return rows.map((row) => ({
    ...runToCancel(row),
    leftQueue: row.waited && row.userId === userId,
  }));
}

const LIVE = `status in ('running', 'cancelling')`;
const supersede = (earlier: string) => `
with earlier as materialized (
  select id, user_id, status = 'running' and num_nonnulls(owner, cancel_requested_at, parked_until) = 0 as waited
  from runs where ${earlier} and ${LIVE} order by id for update
)
update runs set ${recordCancelColumns(`'user'`)}
from earlier where runs.id = earlier.id and ${LIVE}
returning earlier.user_id as "userId", earlier.waited, ${RECORDED_COLUMNS}`;
const SUPERSEDE = supersede('project_id = :projectId and concurrency_key = :concurrencyKey');
/** The schedule is locked by then. */
const SUPERSEDE_SCHEDULED = supersede('schedule_id = :scheduleId');
