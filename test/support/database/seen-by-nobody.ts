import { expect } from 'vitest';
import type { Sql } from '#shared/database/sql.ts';
import { eventually } from '../eventually.ts';

/**
 * Waits until nobody else may still see what has been deleted, as somebody who analyzes a table does: until then no entry
 * of an index is marked as dead, and whoever reads it looks at all of them. A change lets PostgreSQL find out.
 */
export async function untilSeenByNobody(sql: Sql): Promise<void> {
  await eventually(async () => expect(await sql.rows(SEES_MORE)).toEqual([]));
  await sql.rows('select pg_current_xact_id()');
}

const SEES_MORE = `select pid, query from pg_stat_activity
where datname = current_database() and backend_xmin is not null and pid <> pg_backend_pid()`;
