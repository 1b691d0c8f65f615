/*
 * A PostgreSQL that is thrown away at the end of a bench, also of one that is interrupted. Nothing is synced to disk. Owns
 * its process and its data.
 */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pool, PoolConfig } from 'pg';
import { removePostgresData, startPostgres } from '../../services/cli/local/postgres.ts';
import { openTestPool } from '../../test/support/database/open-pool.ts';

export interface ThrowawayPostgres extends AsyncDisposable {
  url: string;
  /** Makes an empty database; resolves to its URL. */
  create(name: string): Promise<string>;
  /** A pool that ends before the server does. */
  connect(options: PoolConfig, url?: string): Pool;
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

export async function startThrowawayPostgres(): Promise<ThrowawayPostgres> {
  const folder = await mkdtemp(join(tmpdir(), 'ghostly-bench-'));
  await chmod(folder, 0o711);
  const options = { dataDir: join(folder, 'data'), durable: false };
  const postgres = await startPostgres(options);
  const pools: Pool[] = [];
  const stopAll = async () => {
    for (const signal of SIGNALS) process.removeListener(signal, leave);
    // A statement that is under way ends with the server.
    await Promise.all([postgres.stop(), ...pools.map((pool) => pool.end())]);
    await removePostgresData(options);
    await rm(folder, { recursive: true, force: true });
  };
  let ending: Promise<void> | undefined;
  const end = () => {
    ending ??= stopAll();
    return ending;
  };
  const leave = () => void end().finally(() => process.exit(1));
  for (const signal of SIGNALS) process.once(signal, leave);
  return {
    url: postgres.url,
    async create(name) {
      const admin = openTestPool(postgres.url);
      await admin.query(`create database ${name}`).finally(() => admin.end());
      return Object.assign(new URL(postgres.url), { pathname: `/${name}` }).href;
    },
    connect(options, url = postgres.url) {
      const pool = openTestPool(url, options);
      pools.push(pool);
      return pool;
    },
    [Symbol.asyncDispose]: end,
  };
}
