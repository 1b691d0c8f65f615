/*
 * The key of searches, which a database has drawn for itself: what is a copy of a template must not share the template's.
 */
import type { Statements } from '../sql.ts';

/** What has one keeps it. */
export async function drawSearchKey(sql: Statements): Promise<void> {
  await sql.rows('insert into search_key default values on conflict do nothing');
}

export async function removeSearchKey(sql: Statements): Promise<void> {
  await sql.rows('delete from search_key');
}
