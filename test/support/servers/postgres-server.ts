/*
 * A PostgreSQL that may be killed or stopped: of a test file's own, since others share theirs. Owns its data and process.
 */
import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { removePostgresData } from '../../../services/cli/local/postgres.ts';
import { afterFile } from '../file-hooks.ts';
import { startTestPostgres } from './test-postgres.ts';

export interface PostgresServer {
  readonly url: string;
  kill(): Promise<void>;
  /** An operator's shutdown: sessions are ended, what was committed is there. */
  shutDown(): Promise<void>;
  startAgain(): Promise<void>;
  /** Stops all its processes (SIGSTOP): connections stay open, new ones are taken, and nothing is answered. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
  close(): Promise<void>;
}

export async function startPostgresServer(): Promise<PostgresServer> {
  // The name is one that the next test run cleans up, if this one is killed.
  const folder = await mkdtemp(join(tmpdir(), 'postgres-'));
  await chmod(folder, 0o711);
  const dataDir = join(folder, 'data');
  let server = await startTestPostgres({ dataDir });
  const { url, port } = server;
  const password = decodeURIComponent(new URL(url).password);
  let closed = false;

  const signalAll = async (name: NodeJS.Signals) => {
    for (const pid of [server.pid, ...(await childrenOf(server.pid))]) signal(pid, name);
  };
  const close = async () => {
    if (closed) return;
    closed = true;
    await signalAll('SIGCONT'); // a stopped process hears nothing else
    await server.stop();
    await removePostgresData({ dataDir });
    await rm(folder, { recursive: true, force: true });
  };
  afterFile(close);
  return {
    url,
    async kill() {
      process.kill(server.pid, 'SIGKILL');
      await server.exited;
    },
    async shutDown() {
      await server.stop();
    },
    async startAgain() {
      server = await startTestPostgres({ dataDir, port, password });
    },
    // The first one stopped starts no others.
    freeze: () => signalAll('SIGSTOP'),
    thaw: () => signalAll('SIGCONT'),
    close,
  };
}

const run = promisify(execFile);

/** One for each connection, and those that write for all. */
async function childrenOf(pid: number): Promise<number[]> {
  const { stdout } = await run('ps', ['-axo', 'pid=,ppid=']);
  const rows = stdout.split('\n').map((line) => line.trim().split(/\s+/).map(Number));
  return rows.filter(([, parent]) => parent === pid).map(([child]) => child!);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended.
  }
}
