/*
 * A PostgreSQL with two databases of the same schema: one that is as good as empty, and one that is full. Owns both.
 */
import { openStatements } from '#shared/adapters/database/open-statements.ts';
import { fillDatabase, type Stock } from '../../support/database/fill.ts';
import { indexSearches } from '../../support/database/index-searches.ts';
import { rows } from '../../support/database/rows.ts';
import { type PostgresServer, startPostgresServer } from '../../support/servers/postgres-server.ts';
import { createAccounts } from '../../support/stack/stack.ts';

export interface GrownServer {
  readonly server: PostgresServer;
  /** Made once. Each call gives a database of its own. */
  database(which: 'empty' | 'grown'): Promise<string>;
}

export async function startGrownServer(stock: Stock): Promise<GrownServer> {
  const server = await startPostgresServer();
  const urlOf = (name: string) => Object.assign(new URL(server.url), { pathname: `/${name}` }).href;
  await rows(server.url, 'create database empty_pattern');
  await createAccounts(urlOf('empty_pattern'));
  await rows(server.url, 'create database grown_pattern template empty_pattern');
  const began = performance.now();
  await fillDatabase(urlOf('grown_pattern'), stock);
  await indexAll(urlOf('grown_pattern'));
  const [size] = await rows<{ mb: string }>(
    server.url,
    `select pg_size_pretty(pg_database_size('grown_pattern')) as mb`,
  );
  const seconds = Math.round((performance.now() - began) / 1_000);
  console.log(
    `${stock.finished} finished and ${stock.behindKey} waiting runs: ${size!.mb}, made in ${seconds} s`,
  );
  let made = 0;
  return {
    server,
    async database(which) {
      made += 1;
      const name = `${which}_${made}`;
      await rows(server.url, `create database ${name} template ${which}_pattern strategy file_copy`);
      return urlOf(name);
    },
  };
}

/** Indexes all runs like in a database that has grown by and by; its supervisor would need hours. */
async function indexAll(url: string): Promise<void> {
  await using database = openStatements({ url, applicationName: 'fill', statementTimeoutMs: 60_000 });
  await indexSearches(database.sql);
  await database.sql.rows('vacuum analyze');
}
