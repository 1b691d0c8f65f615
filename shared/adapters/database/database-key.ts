/*
 * The key that a database has drawn for itself, and all services read: what is a copy of a template must not share the
 * template's.
 */
import type { Statements } from './sql.ts';

/** What has one keeps it. */
export async function drawDatabaseKey(sql: Statements): Promise<void> {
  await sql.rows('insert into database_key default values on conflict do nothing');
}

export async function removeDatabaseKey(sql: Statements): Promise<void> {
  await sql.rows('delete from database_key');
}

/** Reads it once; again if that failed. */
export function databaseKeyOf(sql: Statements): () => Promise<Buffer> {
  let known: Buffer | undefined;
  return async () => {
    known ??= (await sql.row<{ key: Buffer }>('select key from database_key'))!.key;
    return known;
  };
}
