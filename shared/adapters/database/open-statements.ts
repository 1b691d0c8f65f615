import { beginOf, type DatabaseOptions } from './connection-options.ts';
import { closePool, openPool } from './pool.ts';
import { createSql, type Sql } from './sql.ts';

/** Connections of their own for statements that must not wait behind others, without an ORM. */
export interface StatementsOnly extends AsyncDisposable {
  sql: Sql;
}

/** Connections are made when they are needed. `idleMs`: how long one is kept without work. */
export function openStatements(options: DatabaseOptions & { idleMs?: number }): StatementsOnly {
  const pool = openPool(options);
  return { sql: createSql(pool, beginOf(options)), [Symbol.asyncDispose]: () => closePool(pool) };
}
