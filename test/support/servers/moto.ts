import { tmpdir } from 'node:os';
import { ensureMoto } from '#shared/adapters/binaries/binaries.ts';
import {
  type ServerProcess,
  startServerProcess,
} from '../../../services/cli/local/process/server-process.ts';

const READY_WITHIN_MS = 30_000;
const READY = /Running on http:\/\/127\.0\.0\.1:(\d+)/;

export interface Moto {
  readonly port: number;
  stop: ServerProcess['stop'];
}

/** An S3 server, listening at `host` on any port. Its store is in memory. */
export async function startMoto(host: string, onLine: (line: string) => void): Promise<Moto> {
  const command = await ensureMoto({ env: process.env, say: () => undefined });
  let port: number | undefined;
  const server = await startServerProcess({
    name: 'moto_server',
    command,
    args: ['-H', host, '-p', '0'],
    // Its temporary folder identifies it if this run is killed.
    env: { PYTHONUNBUFFERED: '1', PYTHONDONTWRITEBYTECODE: '1', TMPDIR: tmpdir() },
    log(line) {
      port ??= Number(READY.exec(line)?.[1] ?? Number.NaN) || undefined;
      onLine(line);
    },
    isReady: (line) => READY.test(line),
    readyWithinMs: READY_WITHIN_MS,
    stopLadder: [['SIGTERM', 2_000]],
  });
  return { port: port!, stop: () => server.stop() };
}
