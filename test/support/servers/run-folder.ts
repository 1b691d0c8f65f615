/*
 * The folder of one test run: all that its processes put into TMPDIR is in it, and what they start carries its path in the
 * command line or environment. So what a run that was killed has left can be found and ended without knowing what it was.
 */
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isAlive } from '#shared/platform/process/identity.ts';
import { removePostgresData } from '../../../services/cli/local/postgres.ts';
import { processesWith } from '../stack/leaks.ts';
import { RUN_BASES, runBase } from './run-base.ts';

/** Short, since the paths of sockets are below it. */
const PREFIX = 'ghostly-';
const OWNER = /^ghostly-(\d+)-[^-]+$/;
/** PostgreSQL and nats-server leave at SIGINT, and so do services. */
const PATIENCE_MS = 3_000;
const POLL_MS = 50;

export const postgresDataIn = (runFolder: string): string => join(runFolder, 'postgres', 'data');

/** Named after the process that owns it. */
export async function makeRunFolder(): Promise<string> {
  const folder = await mkdtemp(join(runBase(), `${PREFIX}${process.pid}-`));
  // The user of a database or of a browser may be another one than ours.
  await chmod(folder, 0o711);
  return folder;
}

/** Ends every process that carries this run's folder, and removes it. */
export async function sweep(runFolder: string): Promise<void> {
  await endProcessesOf(runFolder);
  await removePostgresData({ dataDir: postgresDataIn(runFolder) });
  await rm(runFolder, { recursive: true, force: true, maxRetries: 3 });
}

async function endProcessesOf(runFolder: string): Promise<void> {
  const asked = new Set<number>();
  const killAt = performance.now() + PATIENCE_MS;
  // One that is ending may still have started another.
  for (;;) {
    const found = await processesWith(runFolder);
    if (found.length === 0) return;
    for (const { pid } of found) {
      if (performance.now() > killAt) signal(pid, 'SIGKILL');
      else if (!asked.has(pid)) signal(pid, 'SIGINT');
      asked.add(pid);
    }
    await delay(POLL_MS);
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It went by itself.
  }
}

/** Also sweeps after runs whose sweeper was ended. */
export async function sweepEarlierRuns(): Promise<void> {
  for (const base of RUN_BASES)
    for (const name of await readdir(base).catch(() => [])) {
      const [, pid] = OWNER.exec(name) ?? [];
      if (pid !== undefined && !isAlive(Number(pid))) await sweep(join(base, name));
    }
}
