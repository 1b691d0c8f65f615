import { expect } from 'vitest';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { eventually, PATIENCE_MS } from '../eventually.ts';

/**
 * Waits until no snapshot sees what has been deleted so far: until then no index entry is marked as dead, and readers
 * look at all of them. Snapshots of this database hold that up, and every writing transaction of the server.
 */
export async function untilSeenByNobody(sql: Sql): Promise<void> {
  const deleted = await sql.row<{ by: string }>('select pg_current_xact_id()::text as by');
  const look = async () => expect(await sql.rows(SEES_MORE, [deleted!.by])).toEqual([]);
  await eventually(look, { timeoutMs: 2 * PATIENCE_MS });
}

const SEES_MORE = `
select datname, query from pg_stat_activity, (select $1::xid8 as by) as deleted
where pid <> pg_backend_pid() and (
  datname = current_database() and backend_xmin is not null
  or backend_xid is not null and pg_snapshot_xmin(pg_current_snapshot()) <= deleted.by)`;
