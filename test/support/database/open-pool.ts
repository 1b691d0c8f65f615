import { Pool, type PoolConfig } from 'pg';

/** A pool of a test's own. Without a listener, a connection that the server ends while it is idle would end the process. */
export function openTestPool(connectionString: string, options: PoolConfig = {}): Pool {
  const pool = new Pool({ connectionString, max: 1, ...options });
  pool.on('error', () => undefined); // the next statement says so
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}
