import { Pool, types } from 'pg';
import { settlesWithin } from '#shared/platform/async/settles-within.ts';
import { connectionOptions, type DatabaseOptions, poolSizeOptions } from './connection-options.ts';

/** Types of date, timestamp, timestamptz and interval: the ORM reads them itself. Other statements say how (`sql.ts`). */
const TIMES = new Set([1082, 1114, 1184, 1186]);
const getTypeParser = ((oid: number, format?: 'text') =>
  TIMES.has(oid) ? (text: string) => text : types.getTypeParser(oid, format)) as typeof types.getTypeParser;

const CLOSE_MS = 2_000;

/** Connections are made when they are needed. `idleMs`: how long one is kept without work. */
export function openPool({ idleMs, ...options }: DatabaseOptions & { idleMs?: number | undefined }): Pool {
  const pool = new Pool({
    ...connectionOptions(options),
    connectionString: options.url,
    ...poolSizeOptions(options),
    types: { getTypeParser },
    ...(idleMs !== undefined && { idleTimeoutMillis: idleMs }),
  });
  // Without a listener, a connection that breaks would end the process, be it idle or between two statements of its
  // holder. The next statement reports it, or gets another connection.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** Closes its connections. One that broke at a bad moment keeps its pool from ever saying so: that is not waited for. */
export async function closePool(pool: Pool): Promise<void> {
  await settlesWithin(pool.end(), CLOSE_MS);
}
