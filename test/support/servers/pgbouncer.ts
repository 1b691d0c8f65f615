/*
 * A PgBouncer in transaction mode in front of a PostgreSQL of tests or benches. Owns its folder and its process; ends it
 * by its pid.
 */
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensurePgBouncer } from '#shared/adapters/binaries/binaries.ts';
import { freePort } from '../../../services/cli/local/process/free-port.ts';
import { startServerProcess } from '../../../services/cli/local/process/server-process.ts';
import { afterFile, whenTestFails } from '../file-hooks.ts';

const READY_WITHIN_MS = 10_000;
/** It refuses to be root. */
const NOBODY = 65_534;

interface PgBouncer {
  /** For the database it was started for. */
  url: string;
  stop(): Promise<void>;
}

interface Options {
  /** How many connections to PostgreSQL it has at most. */
  servers?: number;
  log?(line: string): void;
}

/** For one test file. Resolves to its URL, for the database of `databaseUrl`. */
export async function startPgBouncer(databaseUrl: string, options: Options = {}): Promise<string> {
  const lines: string[] = [];
  whenTestFails(() => console.error(['--- last lines of PgBouncer', ...lines.slice(-40)].join('\n')));
  const { url, stop } = await openPgBouncer(databaseUrl, {
    ...options,
    log: (line) => void lines.push(line),
  });
  afterFile(stop);
  return url;
}

export async function openPgBouncer(
  databaseUrl: string,
  { servers = 10, log = () => undefined }: Options = {},
): Promise<PgBouncer> {
  const command = await ensurePgBouncer({ env: process.env, say: () => undefined });
  const direct = new URL(databaseUrl);
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'pgbouncer-'));
  const file = join(folder, 'pgbouncer.ini');
  await writeFile(file, settings(direct, { port, servers }));
  const isRoot = process.getuid?.() === 0;
  if (isRoot) await chmod(folder, 0o711);
  const server = await startServerProcess({
    name: 'pgbouncer',
    command,
    args: [file],
    env: {},
    log,
    isReady: (line) => line.includes('process up'),
    readyWithinMs: READY_WITHIN_MS,
    stopLadder: [['SIGTERM', 2_000]],
    ...(isRoot && { uid: NOBODY, gid: NOBODY }),
  });
  direct.port = String(port);
  return {
    url: direct.href,
    async stop() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Every client is the user of the database; the passwords of tests are on this machine only. */
const settings = (
  { hostname, port: serverPort, username, password }: URL,
  own: { port: number; servers: number },
) =>
  `[databases]
* = host=${hostname} port=${serverPort} user=${decodeURIComponent(username)} password='${decodeURIComponent(password)}'
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${own.port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = ${own.servers}
max_client_conn = 500
server_login_retry = 1
`;
