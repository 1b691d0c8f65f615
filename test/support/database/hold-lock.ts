import { Client } from 'pg';

/** Keeps the lock that a statement takes until it is closed. */
export async function holdLock(databaseUrl: string, statement: string): Promise<AsyncDisposable> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(`begin; ${statement}`);
  return { [Symbol.asyncDispose]: () => client.end() };
}
