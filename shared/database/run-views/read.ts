import type { Sql } from '../sql.ts';
import { RUN_COLUMNS, type RunRow, stepsColumn } from './row.ts';

export interface RunDetailRow extends RunRow {
  events: EventRow[];
  lateResults: LateResultRow[];
}

/** Times inside JSON are texts, in the zone of the session. */
export interface EventRow {
  seq: number;
  type: string;
  at: string;
  stepIndex: number | null;
  payload: Record<string, unknown>;
}

export interface LateResultRow {
  epoch: number;
  owner: string;
  browserClosed: boolean;
  result: Record<string, unknown>;
  at: string;
}

/** A run with all that belongs to it, in one statement and so of one moment: a final status comes with its run_end. */
export const readRun = (sql: Sql, runId: string): Promise<RunDetailRow | undefined> =>
  sql.row<RunDetailRow>(READ_RUN, [runId]);

const READ_RUN = `
select ${RUN_COLUMNS}, ${stepsColumn(true)},
  coalesce((select json_agg(json_build_object('seq', seq, 'type', type, 'at', at, 'stepIndex', step_index,
    'payload', payload) order by seq) from events where run_id = runs.id), '[]') as events,
  coalesce((select json_agg(json_build_object('epoch', epoch, 'owner', owner, 'browserClosed', browser_closed,
    'result', result, 'at', at) order by late_results.id) from late_results where run_id = runs.id), '[]') as "lateResults"
from runs where id = $1`;
