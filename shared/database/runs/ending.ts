import type { Status } from '#shared/run/status.ts';
import type { Sql } from '../sql.ts';

/** Whether a run is final by now, and how. */
export const readEnding = (sql: Sql, runId: string) =>
  sql.row<{ status: Status; stale: boolean; lastSeq: number }>(
    'select status, stale, last_seq as "lastSeq" from runs where id = :runId',
    { runId },
  );
