/*
 * Many machines on one: PostgreSQL that syncs to disk, NATS, gateways and supervisors as real processes, and simulated
 * runners in a few processes. Owns all of it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { findNatsServer } from '#shared/binaries/binaries.ts';
import { createIssuerSeed, openIssuer } from '#shared/bus/subscribers/issuer.ts';
import { prepareDatabase } from '#shared/database/bootstrap.ts';
import { startNats } from '../../../services/cli/local/nats.ts';
import { startPostgres } from '../../../services/cli/local/postgres.ts';
import { randomSecret } from '../../../services/cli/local/secret.ts';

export interface Fleet extends AsyncDisposable {
  readonly gateways: string[];
  readonly apiKey: string;
  readonly database: pg.Client;
  start(size: FleetSize): Promise<Started>;
}

interface FleetSize {
  gateways?: number;
  supervisors?: number;
  runners?: number;
  /** Of each runner. */
  slots?: number;
}

/** Of these processes; they can be stopped before the rest. */
type Started = AsyncDisposable;

const isRunning = ({ exitCode, signalCode }: ChildProcess) => exitCode === null && signalCode === null;

/** More than that in one process would measure its event loop. */
const RUNNERS_OF_PROCESS = 25;

export async function startFleet(): Promise<Fleet> {
  const home = await mkdtemp(join(tmpdir(), 'ghostly-scale-'));
  await chmod(home, 0o711);
  await using resources = new AsyncDisposableStack();
  resources.defer(() => rm(home, { recursive: true, force: true }));
  const postgres = await startPostgres({ dataDir: join(home, 'postgres'), maxConnections: 3_000 });
  resources.defer(() => postgres.stop().then(() => undefined));
  const issuerSeed = createIssuerSeed();
  const nats = await startNats({
    binary: await findNatsServer({ env: process.env }),
    storeDir: join(home, 'nats'),
    credentials: { service: randomSecret(), reader: randomSecret() },
    issuer: openIssuer(issuerSeed).publicKey,
  });
  resources.defer(() => nats.stop().then(() => undefined));
  const admin = { email: 'bench@example.com', password: randomSecret() };
  const { apiKey } = await prepareDatabase({ databaseUrl: postgres.url, admin, needsKey: true });
  const database = new pg.Client({ connectionString: postgres.url });
  database.on('error', () => undefined); // the query in flight says so
  await database.connect();
  resources.defer(() => database.end());

  const env = {
    ...process.env,
    DATABASE_URL: postgres.url,
    NATS_URL: nats.serviceUrl,
    GHOSTLY_NATS_ISSUER_SEED: issuerSeed,
    GHOSTLY_HOME: home,
    GHOSTLY_JWT_SECRET: randomSecret(),
    GHOSTLY_DRAIN_MS: '0',
    PORT: '0',
    LOG_LEVEL: 'error',
  };
  const gateways: string[] = [];
  const start = async ({ gateways: g = 0, supervisors = 0, runners = 0, slots = 8 }: FleetSize) => {
    const processes: ChildProcess[] = [];
    const launch = async (script: string, more: NodeJS.ProcessEnv = {}) => {
      const child = spawn(process.execPath, [script], {
        env: { ...env, ...more },
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      });
      processes.push(child);
      const failed = once(child, 'exit').then(() => {
        throw new Error(`${script} ended before it was ready`);
      });
      failed.catch(() => undefined); // later it is no error
      const [{ url }] = (await Promise.race([once(child, 'message'), failed])) as [{ url?: string }];
      return url;
    };
    const times = <Result>(count: number, work: () => Promise<Result>) =>
      Promise.all(Array.from({ length: count }, work));
    const urls = await times(g, () => launch('services/gateway/main.ts'));
    gateways.push(...urls.map((url) => url!));
    await times(supervisors, () => launch('services/supervisor/main.ts'));
    for (let left = runners; left > 0; left -= RUNNERS_OF_PROCESS)
      await launch('test/bench/scale/runners.ts', {
        BENCH_RUNNERS: String(Math.min(left, RUNNERS_OF_PROCESS)),
        RUNNER_SLOTS: String(slots),
      });
    const stop = async () => {
      for (const child of processes) child.kill('SIGTERM');
      await Promise.all(processes.map((child) => (isRunning(child) ? once(child, 'exit') : undefined)));
      for (const url of urls) gateways.splice(gateways.indexOf(url!), 1);
    };
    return { [Symbol.asyncDispose]: stop };
  };

  const owned = resources.move();
  return { gateways, apiKey: apiKey!, database, start, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
