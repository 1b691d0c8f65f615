/*
 * A PostgreSQL that may be killed: of the bench's own, since the other tests share theirs. Owns its data and process.
 */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removePostgresData, startPostgres } from '#shared/local/postgres.ts';
import { rows } from '../../support/rows.ts';
import { afterFile } from '../../support/servers.ts';

export interface PostgresServer {
  readonly url: string;
  kill(): Promise<void>;
  /** As an operator would: sessions are ended, what was committed is there. */
  shutDown(): Promise<void>;
  startAgain(): Promise<void>;
  /** Whether it refuses to write, as a standby does; sessions are ended, as in a failover. */
  onlyRead(on: boolean): Promise<void>;
  close(): Promise<void>;
}

const END_SESSIONS = `
  select pg_terminate_backend(pid) from pg_stat_activity
  where datname = current_database() and pid <> pg_backend_pid()`;

export async function startPostgresServer(): Promise<PostgresServer> {
  // The name is one that the next test run cleans up, if this one is killed.
  const folder = await mkdtemp(join(tmpdir(), `ghostly-test-postgres-${process.pid}-`));
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
    async onlyRead(on) {
      const writable = new URL(url);
      writable.searchParams.set('options', '-c default_transaction_read_only=off');
      const [database] = await rows<{ name: string }>(url, 'select quote_ident(current_database()) as name');
      await rows(writable.href, `alter database ${database!.name} set default_transaction_read_only = ${on}`);
      await rows(writable.href, END_SESSIONS);
    },
    close,
  };
}
