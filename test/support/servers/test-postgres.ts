import { Client } from 'pg';
import { type Postgres, type StartPostgres, startPostgres } from '../../../services/cli/local/postgres.ts';

const DATABASE = 'for_tests';

/**
 * A PostgreSQL without durability, as an operator might have it: none of its databases is called as the one that
 * `ghostly up` makes, so whatever takes that name for granted fails.
 */
export async function startTestPostgres(options: StartPostgres): Promise<Postgres> {
  const server = await startPostgres({ ...options, durable: false });
  const urlOf = (name: string) => Object.assign(new URL(server.url), { pathname: `/${name}` }).href;
  const client = new Client({ connectionString: urlOf('postgres') });
  await client.connect();
  try {
    const { rowCount } = await client.query(`select from pg_database where datname = 'ghostly'`);
    if (rowCount !== 0) await client.query(`alter database ghostly rename to ${DATABASE}`);
  } finally {
    await client.end();
  }
  return { ...server, url: urlOf(DATABASE) };
}
