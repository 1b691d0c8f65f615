import type { Pool, PoolClient } from 'pg';
import { unavailable } from './errors.ts';

/**
 * Runs `work` between `begin` and `commit` on one connection of the pool. Whatever goes wrong, the connection is either
 * known to be outside of a transaction again, or closed. How long it may take is bounded by the timeouts of the pool.
 */
export async function inTransaction<Result>(
  pool: Pool,
  work: (client: PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect().catch(rethrow);
  // Between two statements nothing else handles errors: a connection that breaks then would end the process.
  const onBroken = () => undefined;
  client.on('error', onBroken);
  let usable = false;
  try {
    await client.query('begin');
    const result = await work(client);
    const { command } = await client.query('commit');
    usable = true;
    // A statement failed, and `work` went on as if it had not: the server has taken everything back.
    if (command !== 'COMMIT') throw new Error('the transaction was rolled back');
    return result;
  } catch (error) {
    if (!usable && unavailable(error) === undefined) usable = await rolledBack(client);
    throw rethrowable(error);
  } finally {
    client.off('error', onBroken);
    client.release(!usable);
  }
}

const rolledBack = (client: PoolClient): Promise<boolean> =>
  client.query('rollback').then(
    () => true,
    () => false,
  );

const rethrowable = (error: unknown): unknown => unavailable(error) ?? error;
const rethrow = (error: unknown): never => {
  throw rethrowable(error);
};
