/*
 * Vitest's global set-up for the projects with real servers.
 * Owns: one PostgreSQL without durability, and in it the migrated template that test files clone. All projects of a run
 * share it. What is left when the run is killed is the sweeper's.
 */
import { spawn } from 'node:child_process';
import { chmod, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { ensureMoto } from '#shared/adapters/binaries/binaries.ts';
import { isLocalError } from '#shared/adapters/binaries/errors.ts';
import { keepDays } from '#shared/adapters/database/days/keep.ts';
import { migrate } from '#shared/adapters/database/migrate.ts';
import { watchParent } from '../../../services/cli/up/signals.ts';
import { buildParts } from '../build/build.ts';
import { makeRunFolder, postgresDataIn, sweepEarlierRuns } from './run-folder.ts';
import { startTestPostgres } from './test-postgres.ts';

interface RunServers {
  adminUrl: string;
  template: string;
}

declare module 'vitest' {
  export interface ProvidedContext {
    ghostlyPostgres: RunServers;
  }
}

const TEMPLATE = 'ghostly_template';

interface Started extends RunServers {
  stop(): Promise<unknown>;
}

/** Each project evaluates this module anew. */
const run = globalThis as { ghostlyTestRun?: { projects: number; started: Promise<Started> } };

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  run.ghostlyTestRun ??= { projects: 0, started: start() };
  const shared = run.ghostlyTestRun;
  shared.projects += 1;
  const { adminUrl, template, stop } = await shared.started;
  project.provide('ghostlyPostgres', { adminUrl, template });
  return async () => {
    shared.projects -= 1;
    if (shared.projects === 0) await stop();
  };
}

async function start(): Promise<Started> {
  await sweepEarlierRuns();
  const folder = await makeRunFolder();
  // Workers inherit it.
  process.env.TMPDIR = folder;
  startSweeper(folder);
  // A run whose npm was killed is nobody's. The sweeper does the rest.
  watchParent(
    process.env.npm_lifecycle_event !== undefined,
    () => process.ppid,
    () => process.exit(1),
  );
  const [postgres] = await Promise.all([startTemplate(folder), buildParts(), prepareMoto()]);
  return { adminUrl: postgres.url, template: TEMPLATE, stop: () => postgres.stop() };
}

function startSweeper(folder: string): void {
  const sweeper = spawn(process.execPath, [join(import.meta.dirname, 'sweeper.ts'), folder], {
    // A terminal's Ctrl-C is not meant for it.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  sweeper.unref();
}

/** Here, since files that begin at once would install it side by side. Those that need it say so if it is missing. */
const prepareMoto = () =>
  ensureMoto({ env: process.env, say: () => undefined }).catch((error: unknown) => {
    if (!isLocalError(error)) throw error;
  });

async function startTemplate(folder: string) {
  const dataDir = postgresDataIn(folder);
  await mkdir(dirname(dataDir));
  // The database's user may be another one than ours.
  await chmod(dirname(dataDir), 0o711);
  const postgres = await startTestPostgres({ dataDir });
  await makeTemplate(postgres.url);
  return postgres;
}

async function makeTemplate(adminUrl: string): Promise<void> {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    await admin.query(`create database ${TEMPLATE}`);
    const url = new URL(adminUrl);
    url.pathname = `/${TEMPLATE}`;
    await migrate(url.href);
    await keepDays(url.href);
  } finally {
    await admin.end();
  }
}
