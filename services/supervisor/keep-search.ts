import { indexDue } from '#shared/adapters/database/search/keep.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';

/** Most batches of one turn, so that other background work waits no longer. */
const MOST_BATCHES = 10;

/** Indexes what can be searched. */
export async function keepSearch(sql: Sql, mayGoOn: () => boolean): Promise<void> {
  for (let n = 0; n < MOST_BATCHES && mayGoOn(); n += 1) {
    if (!(await indexDue(sql))) return;
  }
}
