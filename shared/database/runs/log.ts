import type { AssistEntry, StatusChange } from '#shared/events/stream.ts';
import type { Status } from '#shared/run/status.ts';
import type { Sql } from '../sql.ts';
import { EVENT_OBJECT, eventOf, type StoredEvent } from './stored-event.ts';

/** A run's stored stream after a seq, read in one statement and so of one moment. */
export interface RunLog {
  /** The status to show: `cancelling` as soon as a cancel is recorded. */
  shownStatus: Status;
  lastSeq: number;
  events: AssistEntry[];
  changes: StatusChange[];
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
  return row && { ...row, events: row.events.map(assistEntry), changes: row.changes.map(withIsoTime) };
}

type StoredLog = Omit<RunLog, 'events'> & { events: StoredEvent[] };

const withIsoTime = <T extends { at: string }>(row: T): T => ({ ...row, at: new Date(row.at).toISOString() });

const assistEntry = (event: StoredEvent): AssistEntry => ({ kind: 'assist', ...eventOf(event) });

const READ_LOG = `
select shown_status as "shownStatus", last_seq as "lastSeq",
  coalesce((select json_agg(${EVENT_OBJECT} order by seq)
    from (select * from events where run_id = runs.id and seq > :afterSeq and seq <= runs.last_seq order by seq limit :limit) as event), '[]') as events,
  coalesce((select json_agg(json_build_object('status', status, 'afterSeq', after_seq, 'at', at))
    from status_changes where run_id = runs.id), '[]') as changes
from runs where id = :runId`;
