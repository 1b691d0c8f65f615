import { entriesAfter, type StreamEntry } from '#shared/events/stream.ts';
import type { Sql } from '../sql.ts';
import { LEASE_HOLDS } from './leases.ts';
import { readLog } from './log.ts';

export interface Published {
  runId: string;
  seq: number;
  rank: number;
}

/** Raises a run's watermarks: everything up to them has been acknowledged by NATS. Not guarded by the epoch. */
export async function markPublished(sql: Sql, { runId, seq, rank }: Published): Promise<void> {
  await sql.rows(MARK_PUBLISHED, { runId, seq, rank });
}

const MARK_PUBLISHED = `
update runs set published_seq = greatest(published_seq, :seq), published_rank = greatest(published_rank, :rank)
where id = :runId and (published_seq < :seq or published_rank < :rank)`;

export interface UnpublishedRun extends Published {
  userId: string;
  projectId: string;
}

/** Exactly the predicate of the index `runs_unpublished`. */
export const IS_UNPUBLISHED = `(published_seq < last_seq
  or published_rank < case status when 'running' then 1 when 'cancelling' then 2 else 4 end)`;

const UNPUBLISHED = `
select id as "runId", user_id as "userId", project_id as "projectId", published_seq as seq, published_rank as rank
from runs
where ${IS_UNPUBLISHED}`;

/**
 * Runs with entries to publish that nobody else publishes: no live owner, or final for two seconds. Oldest first, and
 * without those to be left out.
 */
export const findUnpublished = (sql: Sql, limit: number, leftOut: string[] = []): Promise<UnpublishedRun[]> =>
  sql.rows<UnpublishedRun>(
    `${UNPUBLISHED} and (owner is null or stale or (finished_at is null and not ${LEASE_HOLDS})
       or finished_at < clock_timestamp() - interval '2 seconds') and id <> all (:leftOut::uuid[])
     order by created_at limit :limit`,
    { limit, leftOut },
  );

/** The same for one run, whatever its owner: for a run that was just ended here. */
export const findUnpublishedRun = (sql: Sql, runId: string): Promise<UnpublishedRun | undefined> =>
  sql.row<UnpublishedRun>(`${UNPUBLISHED} and id = :runId`, { runId });

/** What a run that was claimed again has from before its claim, and NATS has not. */
export async function unpublishedEntries(
  sql: Sql,
  run: { id: string; lastSeq: number; publishedSeq: number; publishedRank: number },
): Promise<StreamEntry[]> {
  const mark = { seq: run.publishedSeq, rank: run.publishedRank };
  const log = await readLog(sql, run.id, mark.seq, run.lastSeq - mark.seq);
  return log ? entriesAfter(log, mark) : [];
}
