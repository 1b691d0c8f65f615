import type { Pool, PoolClient } from 'pg';
import { unavailable } from './errors.ts';

/**
 * Runs `work` between `begin` and `commit` on one connection of the pool, which is outside of a transaction afterwards or
 * closed. The timeouts of the pool, or those that `begin` sets, bound its time.
 */
export async function inTransaction<Result>(
  pool: Pool,
  work: (client: PoolClient) => Promise<Result>,
  begin = 'begin',
): Promise<Result> {
  const client = await pool.connect().catch(rethrow);
  let usable = false;
  try {
    await client.query(begin);
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
    client.release(!usable);
  }
}

/**
 * One statement in a transaction of its own, whose bounds `begin` sets. All of it is sent at once, which takes a client
 * with `pipeline`: an answer costs one round trip, and no lock is held while the client is waited for.
 */
export async function alone<Result>(
  pool: Pool,
  statement: (client: PoolClient) => Promise<Result>,
  begin: string,
): Promise<Result> {
  const client = await pool.connect().catch(rethrow);
  let usable = false;
  try {
    const [begun, answer, committed] = await Promise.allSettled([
      client.query(begin),
      statement(client),
      client.query('commit'),
    ]);
    usable = committed.status === 'fulfilled';
    for (const step of [begun, answer, committed]) if (step.status === 'rejected') throw step.reason;
    return (answer as PromiseFulfilledResult<Result>).value;
  } catch (error) {
    throw rethrowable(error);
  } finally {
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
