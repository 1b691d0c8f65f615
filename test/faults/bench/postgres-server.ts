/*
 * A PostgreSQL that may be killed: of the bench's own, since the other tests share theirs. Owns its data and process.
 */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removePostgresData, startPostgres } from '../../../services/cli/local/postgres.ts';
import { afterFile } from '../../support/file-hooks.ts';

export interface PostgresServer {
  readonly url: string;
  kill(): Promise<void>;
  /** As an operator would: sessions are ended, what was committed is there. */
  shutDown(): Promise<void>;
  startAgain(): Promise<void>;
  close(): Promise<void>;
}

export async function startPostgresServer(): Promise<PostgresServer> {
  // The name is one that the next test run cleans up, if this one is killed.
  const folder = await mkdtemp(join(tmpdir(), 'postgres-'));
  await chmod(folder, 0o711);
  const dataDir = join(folder, 'data');
  let server = await startPostgres({ dataDir, durable: false });
  const { url, port } = server;
  const password = decodeURIComponent(new URL(url).password);
  let closed = false;

  const close = async () => {
    if (closed) return;
    closed = true;
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
      server = await startPostgres({ dataDir, port, password, durable: false });
    },
    close,
  };
}
