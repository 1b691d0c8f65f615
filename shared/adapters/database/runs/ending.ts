import type { Status } from '#shared/domain/run/status.ts';
import type { Sql } from '../sql.ts';

export interface Ending {
  id: string;
  status: Status;
  stale: boolean;
  lastSeq: number;
}

/** The runs among these that exist: whether each is final by now, and how. */
export const readEndings = (sql: Sql, runIds: string[]) =>
  sql.rows<Ending>(
    'select id, status, stale, last_seq as "lastSeq" from runs where id = any (:runIds::uuid[])',
    { runIds },
  );

export const readEnding = async (sql: Sql, runId: string): Promise<Ending | undefined> =>
  (await readEndings(sql, [runId]))[0];
