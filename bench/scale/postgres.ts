/*
 * A PostgreSQL that syncs to disk, counts statements (`pg_stat_statements`) and tells what is in its WAL (`pg_walinspect`), for any number of databases. Owns its
 * data and its process.
 */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { removePostgresData, startPostgres } from '../../services/cli/local/postgres.ts';

export interface BenchPostgres extends AsyncDisposable {
  readonly pid: number;
  /** Makes an empty one; resolves to its URL. */
  create(name: string): Promise<string>;
  drop(name: string): Promise<void>;
}

/** Enough that neither a database of ten thousand runs nor what is hot in one of millions is read from disk. */
const SETTINGS = {
  shared_preload_libraries: 'pg_stat_statements',
  shared_buffers: '1GB',
  max_wal_size: '8GB',
};
const MAX_CONNECTIONS = 1_000;

export async function startBenchPostgres(): Promise<BenchPostgres> {
  const folder = await mkdtemp(join(tmpdir(), 'ghostly-scale-'));
  await chmod(folder, 0o711);
  const options = { dataDir: join(folder, 'postgres'), maxConnections: MAX_CONNECTIONS };
  const fresh = await startPostgres(options);
  for (const [name, value] of Object.entries(SETTINGS))
    await ask(fresh.url, `alter system set ${name} = '${value}'`);
  await fresh.stop();
  const password = decodeURIComponent(new URL(fresh.url).password);
  const server = await startPostgres({ ...options, password });
  const urlOf = (name: string) => Object.assign(new URL(server.url), { pathname: `/${name}` }).href;
  return {
    pid: server.pid,
    async create(name) {
      await ask(server.url, `create database ${name}`);
      await ask(urlOf(name), 'create schema bench');
      for (const extension of ['pg_stat_statements', 'pg_walinspect'])
        await ask(urlOf(name), `create extension ${extension} schema bench`);
      return urlOf(name);
    },
    drop: (name) => ask(server.url, `drop database ${name} with (force)`),
    async [Symbol.asyncDispose]() {
      await server.stop();
      await removePostgresData(options);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function ask(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(text).finally(() => client.end());
}
