/*
 * What PostgreSQL has read of a database's tables and indexes, by its own statistics. A backend tells of what it read when
 * it has been idle for a while.
 */
import { rows } from '../../support/database/rows.ts';

/** What was read so far, by table or index. */
export type Reads = Map<string, Read>;
interface Read {
  /** Rows of a table that was read as a whole, or entries of an index. */
  rows: number;
  /** How many rows a table has; none of an index. */
  size: number | null;
}

export async function readsOf(databaseUrl: string): Promise<Reads> {
  const found = await rows<{ name: string; rows: string; size: string | null }>(databaseUrl, READS);
  return new Map(
    found.map(({ name, rows, size }) => [
      name,
      { rows: Number(rows), size: size === null ? null : Number(size) },
    ]),
  );
}

const READS = `
select relname as name, seq_tup_read as rows, n_live_tup as size from pg_stat_user_tables where relname <> 'test_audit'
union all select indexrelname, idx_tup_read, null from pg_stat_user_indexes where relname <> 'test_audit'`;

/**
 * A table that is as small as this is best read as a whole, which costs what a look into its index does: one of today's
 * events is, soon after midnight.
 */
const SMALL_TABLE_ROWS = 1_000;

/** Rows and entries that were read between two moments, by table or index; small tables left out. */
export function readBetween(before: Reads, after: Reads): Map<string, number> {
  const between = new Map<string, number>();
  for (const [name, now] of after) {
    const read = now.rows - (before.get(name)?.rows ?? 0);
    const isSmall = now.size !== null && now.size <= SMALL_TABLE_ROWS;
    if (read > 0 && !isSmall) between.set(name, read);
  }
  return between;
}

export const totalOf = (read: ReadonlyMap<string, number>): number =>
  [...read.values()].reduce((sum, one) => sum + one, 0);

/** Where it was that most was read. */
export const mostOf = (read: ReadonlyMap<string, number>): Record<string, number> =>
  Object.fromEntries([...read].toSorted(([, a], [, b]) => b - a).slice(0, 5));
