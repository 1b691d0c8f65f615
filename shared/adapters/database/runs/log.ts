import type { AssistEntry, StatusChange } from '#shared/domain/events/stream.ts';
import { isFinal, type Status } from '#shared/domain/run/status.ts';
import type { Sql } from '../sql.ts';
import { EVENT_OBJECT, eventOf, type StoredEvent } from './stored-event.ts';

/** A run's stored stream after a seq, read in one statement and so of one moment. */
export interface RunLog {
  /** The status to show: `cancelling` as soon as a cancel is recorded. */
  shownStatus: Status;
  lastSeq: number;
  events: AssistEntry[];
  changes: StatusChange[];
  /** The final status of a run of which that change is not stored; `changes` has it from the run's row. */
  unlisted?: Status;
}

/**
 * At most `limit` events after `afterSeq`, as far as the run counts them; all status changes. Undefined if there is no such
 * run.
 */
export async function readLog(
  sql: Sql,
  runId: string,
  afterSeq: number,
  limit: number,
): Promise<RunLog | undefined> {
  const row = await sql.row<StoredLog>(READ_LOG, { runId, afterSeq, limit });
  if (!row) return undefined;
  const { events, changes, finishedAt, ...rest } = row;
  const log = { ...rest, events: events.map(assistEntry), changes: changes.map(withIsoTime) };
  return finishedAt && !changes.some(({ status }) => isFinal(status)) ? withEnd(log, finishedAt) : log;
}

type StoredLog = Omit<RunLog, 'events'> & { events: StoredEvent[]; finishedAt: Date | null };

/** Without a stored final status the stream would never end (I7). */
function withEnd(log: RunLog, finishedAt: Date): RunLog {
  const { shownStatus: status, lastSeq: afterSeq, changes } = log;
  const end = { status, afterSeq, at: finishedAt.toISOString() };
  return { ...log, changes: [...changes, end], unlisted: status };
}

const withIsoTime = <T extends { at: string }>(row: T): T => ({ ...row, at: new Date(row.at).toISOString() });

const assistEntry = (event: StoredEvent): AssistEntry => ({ kind: 'assist', ...eventOf(event) });

const READ_LOG = `
select shown_status as "shownStatus", last_seq as "lastSeq", finished_at as "finishedAt",
  coalesce((select json_agg(${EVENT_OBJECT} order by seq)
    from (select * from events where run_id = runs.id and seq > :afterSeq and seq <= runs.last_seq order by seq limit :limit) as event), '[]') as events,
  coalesce((select json_agg(json_build_object('status', status, 'afterSeq', after_seq, 'at', at))
    from status_changes where run_id = runs.id), '[]') as changes
from runs where id = :runId`;
