import { expect } from 'vitest';
import type { Sql } from '#shared/database/sql.ts';
import { eventually } from '../eventually.ts';

/**
 * Waits until nobody may still see what has been deleted so far: until then no entry of an index is marked as dead, and
 * whoever reads it looks at all of them. That is up to whoever has a snapshot in this database, as somebody who analyzes a
 * table does, and to every transaction of the whole server that writes, since all later snapshots begin with the oldest.
 */
export async function untilSeenByNobody(sql: Sql): Promise<void> {
  const deleted = await sql.row<{ by: string }>('select pg_current_xact_id()::text as by');
  const look = async () => expect(await sql.rows(SEES_MORE, [deleted!.by])).toEqual([]);
  await eventually(look, { timeoutMs: 60_000 });
}

const SEES_MORE = `
select datname, query from pg_stat_activity, (select $1::xid8 as by) as deleted
where pid <> pg_backend_pid() and (
  datname = current_database() and backend_xmin is not null
  or backend_xid is not null and pg_snapshot_xmin(pg_current_snapshot()) <= deleted.by)`;
