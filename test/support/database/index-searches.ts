import { indexDue } from '#shared/adapters/database/search/keep.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';

/** Does at once what a supervisor does within seconds: everything is indexed for searches as it is now. */
export async function indexSearches(sql: Sql): Promise<void> {
  await sql.rows('update search_due set due_at = clock_timestamp()');
  while (await indexDue(sql));
}
