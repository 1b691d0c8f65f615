import { Pool } from 'pg';
import { settlesWithin } from '../process/settles-within.ts';
import { type DatabaseOptions, ormOptions } from './connect.ts';
import { createSql, type Sql } from './sql.ts';

/** Connections of their own for statements that must not wait behind others, without an ORM. */
export interface StatementsOnly extends AsyncDisposable {
  sql: Sql;
}

const CLOSE_MS = 2_000;

/** The first connection is made at once: that takes several answers, for which a slow server would need too long later. */
export async function openStatements(options: DatabaseOptions): Promise<StatementsOnly> {
  const { driverOptions, pool: size } = ormOptions(options);
  const pool = new Pool({ ...driverOptions, connectionString: options.url, ...size });
  // Without a listener, an idle connection that breaks would end the process. The next statement gets another one.
  pool.on('error', () => undefined);
  await pool.query('select').catch(() => undefined); // the first statement tells
  return {
    sql: createSql(pool),
    [Symbol.asyncDispose]: async () => void (await settlesWithin(pool.end(), CLOSE_MS)),
  };
}
