import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { followChild } from '#shared/platform/process/child.ts';

type Kind = 'gateway' | 'runner' | 'supervisor' | 'postgres' | 'nats';

export interface BenchStack extends AsyncDisposable {
  gateway: string;
  database: string;
  nats: string;
  apiKey: string;
  /** Pids of `ghostly up`, of the services below it, and of each kind of process. */
  pids: { up: number; services: number[]; of: Record<Kind, number[]> };
}

/** `up` gives itself 20 s. */
const STOP_MS = 60_000;

/** A whole stack as a user starts it, on free ports and in a folder of its own; `env` besides this process' own. */
export async function startBenchStack(env: NodeJS.ProcessEnv = {}): Promise<BenchStack> {
  const home = await mkdtemp(join(tmpdir(), 'ghostly-bench-'));
  const spawned = spawn(process.execPath, ['services/cli/main.ts', 'up', '--port', '0'], {
    env: { ...process.env, GHOSTLY_HOME: home, LOG_LEVEL: 'warn', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const up = followChild(spawned);
  const stop = async () => {
    await up.stop([['SIGTERM', STOP_MS]]);
    await rm(home, { recursive: true, force: true });
  };
  await up.line((line) => line.includes('is ready'));
  const { gateway, database, nats, apiKey, pids } = JSON.parse(await readFile(join(home, 'up.json'), 'utf8'));
  const services = [...pids.gateway, ...pids.runner, ...pids.supervisor];
  const of = { ...pids, postgres: [pids.postgres], nats: [pids.nats] };
  return {
    gateway,
    database,
    nats,
    apiKey,
    pids: { up: up.pid!, services, of },
    [Symbol.asyncDispose]: stop,
  };
}

/** A page with a form, answered at once. */
export async function startPage(): Promise<{ url: string } & AsyncDisposable> {
  const page = '<!doctype html><title>Shop</title><input id="name"><button id="buy">Buy</button>';
  const server = createServer((_, response) => response.setHeader('Content-Type', 'text/html').end(page));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
