/*
 * Vitest's global set-up for the integration and e2e projects.
 * Owns: one PostgreSQL without durability in a temporary folder, and in it the migrated template that test files clone.
 */
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { isAlive } from '#shared/process/identity.ts';
import { stopLeftoverNats } from '../../../services/cli/local/nats.ts';
import {
  removePostgresData,
  startPostgres,
  stopLeftoverPostgres,
} from '../../../services/cli/local/postgres.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    ghostlyPostgres: { adminUrl: string; template: string };
  }
}

const PREFIX = 'ghostly-test-postgres-';
const NATS_PREFIX = 'ghostly-test-nats-';
const STACK_PREFIX = 'ghostly-test-stack-';
const TEMPLATE = 'ghostly_template';

/** Ends the servers of test runs that were killed. Their folders' names hold the pid of their run. */
const removeLeftovers = async (prefix: string, end: (folder: string) => Promise<unknown>): Promise<void> => {
  const names = (await readdir(tmpdir())).filter((name) => name.startsWith(prefix));
  for (const name of names) {
    const pid = Number(name.slice(prefix.length).split('-')[0]);
    if (!Number.isInteger(pid) || isAlive(pid)) continue;
    const folder = join(tmpdir(), name);
    await end(folder);
    await rm(folder, { recursive: true, force: true });
  }
};

const makeTemplate = async (adminUrl: string): Promise<void> => {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    await admin.query(`create database ${TEMPLATE}`);
    const migrations = new URL('../../../shared/database/migrate.ts', import.meta.url);
    if (!existsSync(migrations)) return;
    const { migrate } = (await import(migrations.href)) as {
      migrate: (databaseUrl: string) => Promise<void>;
    };
    const url = new URL(adminUrl);
    url.pathname = `/${TEMPLATE}`;
    await migrate(url.href);
  } finally {
    await admin.end();
  }
};

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await removeLeftovers(NATS_PREFIX, stopLeftoverNats);
  // Services end by themselves when the process that started them is gone.
  await removeLeftovers(STACK_PREFIX, async () => undefined);
  await removeLeftovers(PREFIX, async (folder) => {
    const dataDir = join(folder, 'data');
    await stopLeftoverPostgres({ dataDir });
    await removePostgresData({ dataDir });
  });
  const folder = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
  // The database's user may be another one than ours.
  await chmod(folder, 0o711);
  const dataDir = join(folder, 'data');
  const lines: string[] = [];
  const postgres = await startPostgres({ dataDir, durable: false, log: (line) => lines.push(line) });
  const teardown = async () => {
    await postgres.stop();
    await removePostgresData({ dataDir });
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await makeTemplate(postgres.url);
  } catch (error) {
    await teardown();
    throw error;
  }
  project.provide('ghostlyPostgres', { adminUrl: postgres.url, template: TEMPLATE });
  return teardown;
}
