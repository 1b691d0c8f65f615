import { entriesAfter, type StreamEntry } from '#shared/domain/events/stream.ts';
import type { Sql } from '../sql.ts';
import { readLog } from './log.ts';

export interface Published {
  runId: string;
  seq: number;
  rank: number;
}

/**
 * Raises a run's watermarks: everything up to them has been acknowledged by NATS. Not guarded by the epoch. If nothing is
 * left and no owner has the run, its row goes; a commit at the same moment waits for that, and notes what it adds anew.
 */
export async function markPublished(sql: Sql, { runId, seq, rank }: Published): Promise<void> {
  await sql.rows(MARK_PUBLISHED, { runId, seq, rank });
}

const MARK_PUBLISHED = `
with done as (
  delete from unpublished where run_id = :runId and due_at is not null
    and stored_seq <= greatest(seq, :seq::int) and stored_rank <= greatest(rank, :rank::int)
  returning run_id
)
update unpublished set seq = greatest(seq, :seq::int), rank = greatest(rank, :rank::int)
where run_id = :runId and (seq < :seq::int or rank < :rank::int) and not exists (select from done)`;

export interface UnpublishedRun extends Published {
  userId: string;
  projectId: string;
  /** Trace of the run. */
  traceparent: string | null;
}

const MARK = `run_id as "runId", user_id as "userId", project_id as "projectId", seq, rank,
  (select traceparent from runs where id = run_id) as traceparent`;

/**
 * Those whose owner has ended or has no lease any more. Looked up lease by lease, of which there are as many as live
 * runs: the others' rows are not read.
 */
const OF_LOST_OWNERS = `
select mark.* from leases cross join lateral (
  select * from unpublished where run_id = leases.run_id and due_at is null and (seq < stored_seq or rank < stored_rank) offset 0
) as mark
where leases.until < (select clock_timestamp()) and leases.run_id <> all (:leftOut::uuid[]) limit :limit`;

const DUE = `
select * from unpublished where due_at < (select clock_timestamp()) and run_id <> all (:leftOut::uuid[])
order by due_at limit :limit`;

/**
 * Runs with entries to publish that nobody else publishes: no live owner, or final for two seconds. Oldest first of those
 * that are the longest due, and without those to be left out.
 */
export const findUnpublished = (sql: Sql, limit: number, leftOut: string[] = []): Promise<UnpublishedRun[]> =>
  sql.rows<UnpublishedRun>(FIND_UNPUBLISHED, { limit, leftOut });

const FIND_UNPUBLISHED = `
select ${MARK} from ((${DUE}) union all (${OF_LOST_OWNERS})) as mark order by created_at limit :limit`;

/** The same for one run, whatever its owner: for a run that was just ended here. */
export const findUnpublishedRun = (sql: Sql, runId: string): Promise<UnpublishedRun | undefined> =>
  sql.row<UnpublishedRun>(`select ${MARK} from unpublished where run_id = :runId`, { runId });

/** Forgets a run that is gone. */
export async function forgetUnpublished(sql: Sql, runId: string): Promise<void> {
  await sql.rows(FORGET, { runId });
}

const FORGET =
  'delete from unpublished where run_id = :runId and not exists (select from runs where id = :runId)';

/** What a run that was claimed again has from before its claim, and NATS has not. Read after the claim, for it counts. */
export async function unpublishedEntries(
  sql: Sql,
  run: { id: string; lastSeq: number },
): Promise<StreamEntry[]> {
  const mark = await findUnpublishedRun(sql, run.id);
  const log = mark && (await readLog(sql, run.id, mark.seq, run.lastSeq - mark.seq));
  return log ? entriesAfter({ ...log, lastSeq: run.lastSeq }, mark) : [];
}
