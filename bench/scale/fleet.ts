/*
 * Many machines on one, for one database: NATS, gateways and supervisors as real processes, and simulated runners in a
 * few processes. Owns all of it but the server of the database.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { findNatsServer } from '#shared/adapters/binaries/binaries.ts';
import { createIssuerSeed, openIssuer } from '#shared/adapters/bus/subscribers/issuer.ts';
import { prepareDatabase } from '#shared/adapters/database/bootstrap.ts';
import { startNats } from '../../services/cli/local/nats.ts';
import { randomSecret } from '../../services/cli/local/secret.ts';
import type { BenchPostgres } from './postgres.ts';

export interface Fleet extends AsyncDisposable {
  readonly databaseUrl: string;
  readonly natsUrl: string;
  readonly gateways: string[];
  readonly apiKey: string;
  readonly database: pg.Client;
  readonly pids: Pids;
  /** Environment of every process. */
  readonly env: NodeJS.ProcessEnv;
  start(size: FleetSize): Promise<AsyncDisposable>;
}

export type Kind = 'postgres' | 'nats' | 'gateway' | 'supervisor' | 'runner';
type Pids = Record<Kind, number[]>;

export interface FleetSize {
  gateways?: number;
  supervisors?: number;
  runners?: number;
  /** Slots of each runner. */
  slots?: number;
  env?: Record<string, string>;
}

export interface FleetOptions {
  postgres: BenchPostgres;
  /** Database that is made for it, and dropped at its end. */
  name: string;
  /** What is in the database before anything starts; it has its tables. */
  fill?(databaseUrl: string): Promise<unknown>;
}

/** Those that are open: for a bench that ends before it is done. */
const open = new Set<AsyncDisposable>();
export const closeFleets = (): Promise<unknown> =>
  Promise.allSettled([...open].map((fleet) => fleet[Symbol.asyncDispose]()));

const isRunning = ({ exitCode, signalCode }: ChildProcess) => exitCode === null && signalCode === null;

/** More than that in one process would measure its event loop. */
const RUNNERS_OF_PROCESS = 25;
const SCRIPTS = {
  gateway: 'services/gateway/main.ts',
  supervisor: 'services/supervisor/main.ts',
  runner: 'bench/scale/runners.ts',
};

export async function openFleet({ postgres, name, fill }: FleetOptions): Promise<Fleet> {
  await using resources = new AsyncDisposableStack();
  const databaseUrl = await postgres.create(name);
  resources.defer(() => postgres.drop(name));
  const home = await mkdtemp(join(tmpdir(), 'ghostly-scale-'));
  await chmod(home, 0o711);
  resources.defer(() => rm(home, { recursive: true, force: true }));
  const admin = { email: 'bench@example.com', password: randomSecret() };
  const { apiKey } = await prepareDatabase({ databaseUrl, admin, needsKey: true });
  await fill?.(databaseUrl);
  const issuerSeed = createIssuerSeed();
  const nats = await startNats({
    binary: await findNatsServer({ env: process.env }),
    storeDir: join(home, 'nats'),
    credentials: { service: randomSecret(), reader: randomSecret() },
    issuer: openIssuer(issuerSeed).publicKey,
  });
  resources.defer(() => nats.stop().then(() => undefined));
  const database = new pg.Client({ connectionString: databaseUrl });
  database.on('error', () => undefined); // the query in flight says so
  await database.connect();
  resources.defer(() => database.end());
  const env = {
    ...process.env,
    DATABASE_URL: databaseUrl,
    NATS_URL: nats.serviceUrl,
    GHOSTLY_NATS_ISSUER_SEED: issuerSeed,
    GHOSTLY_HOME: home,
    GHOSTLY_JWT_SECRET: randomSecret(),
    GHOSTLY_DRAIN_MS: '0',
    GHOSTLY_RETENTION_DAYS: '250',
    GHOSTLY_MAX_STREAMS_PER_USER: '1000000',
    GHOSTLY_MAX_WAITING_PER_USER: '1000000',
    GHOSTLY_MAX_QUEUED_PER_USER: '1000000',
    PORT: '0',
    LOG_LEVEL: process.env.LOG_LEVEL ?? 'error',
  };
  const gateways: string[] = [];
  const pids = { postgres: [postgres.pid], nats: [nats.pid], gateway: [], supervisor: [], runner: [] };
  const owned = resources.move();
  const fleet: Fleet = {
    databaseUrl,
    natsUrl: nats.serviceUrl,
    gateways,
    apiKey: apiKey!,
    database,
    pids,
    env,
    start: async (size) => {
      const processes = await startProcesses(size, { env, gateways, pids });
      owned.use(processes);
      return processes;
    },
    [Symbol.asyncDispose]: () => {
      open.delete(fleet);
      return owned.disposeAsync();
    },
  };
  open.add(fleet);
  return fleet;
}

interface Running {
  env: NodeJS.ProcessEnv;
  gateways: string[];
  pids: Pids;
}

/** They can be stopped before the rest. */
async function startProcesses(size: FleetSize, { env, gateways, pids }: Running): Promise<AsyncDisposable> {
  const { gateways: g = 0, supervisors = 0, runners = 0, slots = 8 } = size;
  const processes = new Map<ChildProcess, Kind>();
  const launch = async (kind: keyof typeof SCRIPTS, more: NodeJS.ProcessEnv = {}) => {
    const child = spawn(process.execPath, [SCRIPTS[kind]], {
      env: { ...env, ...size.env, ...more },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    processes.set(child, kind);
    pids[kind].push(child.pid!);
    return whenReady(child, SCRIPTS[kind]);
  };
  const times = <Result>(count: number, work: () => Promise<Result>) =>
    Promise.all(Array.from({ length: count }, work));
  const urls = await times(g, () => launch('gateway'));
  gateways.push(...urls.map((url) => url!));
  await times(supervisors, () => launch('supervisor'));
  for (let left = runners; left > 0; left -= RUNNERS_OF_PROCESS) {
    const count = Math.min(left, RUNNERS_OF_PROCESS);
    await launch('runner', { BENCH_RUNNERS: String(count), RUNNER_SLOTS: String(slots) });
  }
  const stop = async () => {
    for (const child of processes.keys()) child.kill('SIGTERM');
    await Promise.all([...processes.keys()].map((child) => isRunning(child) && once(child, 'exit')));
    for (const url of urls) gateways.splice(gateways.indexOf(url!), 1);
    for (const [{ pid }, kind] of processes) pids[kind].splice(pids[kind].indexOf(pid!), 1);
  };
  let stopped: Promise<void> | undefined;
  return { [Symbol.asyncDispose]: () => (stopped ??= stop()) };
}

/** Resolves to its URL, if it has one. */
export async function whenReady(child: ChildProcess, script: string): Promise<string | undefined> {
  const failed = once(child, 'exit').then(() => {
    throw new Error(`${script} ended before it was ready`);
  });
  failed.catch(() => undefined); // later it is no error
  const [{ url }] = (await Promise.race([once(child, 'message'), failed])) as [{ url?: string }];
  return url;
}
