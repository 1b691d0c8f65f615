import { Pool } from 'pg';
import { settlesWithin } from '../process/settles-within.ts';
import { beginOf, connectionOptions, type DatabaseOptions, sizeOf } from './connection-options.ts';
import { createSql, type Sql } from './sql.ts';

/** Connections of their own for statements that must not wait behind others, without an ORM. */
export interface StatementsOnly extends AsyncDisposable {
  sql: Sql;
}

const CLOSE_MS = 2_000;

/** Connections are made when they are needed. `idleMs`: how long one is kept without work. */
export function openStatements({
  idleMs,
  ...options
}: DatabaseOptions & { idleMs?: number }): StatementsOnly {
  const pool = new Pool({
    ...connectionOptions(options),
    connectionString: options.url,
    ...sizeOf(options),
    ...(idleMs !== undefined && { idleTimeoutMillis: idleMs }),
  });
  // Without a listener, an idle connection that breaks would end the process. The next statement gets another one.
  pool.on('error', () => undefined);
  return {
    sql: createSql(pool, beginOf(options)),
    [Symbol.asyncDispose]: async () => void (await settlesWithin(pool.end(), CLOSE_MS)),
  };
}
