import type { Sql } from '../sql.ts';
import {
  countStatement,
  listStatement,
  type RunCounts,
  type RunPosition,
  type RunsToCount,
  type RunsToList,
} from './list-statement.ts';
import type { RunViewRow } from './row.ts';

interface RunPage {
  runs: RunViewRow[];
  /** The position of the last run, if there are more; the next page comes `before` it. */
  next: RunPosition | undefined;
}

/** The runs a viewer may see (I11), newest first. One more than wanted is read, to know whether there are more. */
export async function readRunPage(sql: Sql, wanted: RunsToList): Promise<RunPage> {
  const { text, values } = listStatement({ ...wanted, limit: wanted.limit + 1 });
  const rows = await sql.rows<RunViewRow & { micros: string }>(text, values);
  const runs = rows.slice(0, wanted.limit);
  const last = runs.at(-1);
  const more = rows.length > wanted.limit;
  return { runs, next: more && last ? { micros: last.micros, id: last.id } : undefined };
}

/** How many runs a viewer may see (I11), by how they stand, each counted up to a number (I14). */
export async function countRuns(sql: Sql, wanted: RunsToCount): Promise<RunCounts> {
  const { text, values } = countStatement(wanted);
  return (await sql.row<RunCounts & Record<string, unknown>>(text, values))!;
}
