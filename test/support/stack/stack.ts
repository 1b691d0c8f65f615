/*
 * A stack of real services for one e2e test file: its own database, nats-server, folder and ports. Owns the
 * processes, which are stopped after the file, with a check that none is left. A failed test prints what their logs
 * said.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareDatabase } from '#shared/adapters/database/bootstrap.ts';
import { newPrivateKeyText, publicKeyText } from '#shared/platform/seal/key-text.ts';
import { afterFile, whenTestFails } from '../file-hooks.ts';
import { type Client, createClient } from '../http/client.ts';
import { createTestDatabase, startTestNats, type TestNats } from '../servers/servers.ts';
import { expectNothingLeft, processesWith } from './leaks.ts';
import { type ServiceKind, type ServiceProcess, startService } from './service-process.ts';

export type { ServiceKind, ServiceProcess } from './service-process.ts';

export const ADMIN = { email: 'admin@test.local', password: 'a long test password' };

export interface Stack {
  readonly home: string;
  readonly databaseUrl: string;
  readonly nats: TestNats;
  /** The admin's key: all scopes. */
  readonly apiKey: string;
  /** Every process there ever was, in the order of starting. */
  readonly processes: readonly ServiceProcess[];
  /** Starts a service without waiting for it; from the tree at `root`, if it is not the stack's. */
  launch(kind: ServiceKind, env?: NodeJS.ProcessEnv, root?: string): ServiceProcess;
  /** Starts a service and waits until it is ready. */
  start(kind: ServiceKind, env?: NodeJS.ProcessEnv): Promise<ServiceProcess>;
  /** A client of a gateway, with the admin's key. */
  clientOf(gateway: ServiceProcess): Promise<Client>;
  /** Every line that all processes wrote. */
  logs(): string;
}

/** Short enough for tests, long enough for two slow cores. */
const QUICK = { GHOSTLY_LEASE_MS: '5000', GHOSTLY_CANCEL_GRACE_MS: '1500', GHOSTLY_DRAIN_MS: '200' };
const FOREIGN =
  /^(GHOSTLY_|VITEST|DATABASE_URL$|NATS_URL$|PORT$|HOST$|RUNNER_SLOTS$|LOG_LEVEL$|NODE_OPTIONS$)/;

export interface StackOptions {
  /** For every service; `start` and `launch` may override it. */
  env?: NodeJS.ProcessEnv;
  /** Servers of the test's own. By default a clone of the template and a nats-server of this file. */
  databaseUrl?: string;
  nats?: TestNats;
  /** False: the test makes the accounts, when there is a database. */
  accounts?: boolean;
  /** Another source tree to start the services from. */
  root?: string;
}

/** A folder, a database with an admin, a project and a key, and NATS: no service yet. */
export async function createStack(options: StackOptions = {}): Promise<Stack> {
  const [databaseUrl, nats] = await Promise.all([
    options.databaseUrl ?? createTestDatabase().then(({ url }) => url),
    options.nats ?? startTestNats(),
  ]);
  const apiKey = options.accounts === false ? '' : await createAccounts(databaseUrl);
  const root = await mkdtemp(join(tmpdir(), 'stack-'));
  const home = join(root, 'home');
  const temp = join(root, 'temp');
  const sealKey = newPrivateKeyText();
  await mkdir(temp);
  const common = {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !FOREIGN.test(name))),
    TMPDIR: temp,
    DATABASE_URL: databaseUrl,
    NATS_URL: nats.serviceUrl,
    GHOSTLY_NATS_ISSUER_SEED: nats.issuerSeed,
    GHOSTLY_HOME: home,
    GHOSTLY_JWT_SECRET: 'only for tests, but it is long enough',
    GHOSTLY_SEAL_KEY: sealKey,
    GHOSTLY_SEAL_PUBLIC_KEY: publicKeyText(sealKey),
    PORT: '0',
    RUNNER_SLOTS: '4',
    // The sites of tests are on this machine.
    GHOSTLY_EGRESS: 'any',
    ...QUICK,
    ...options.env,
  };
  const processes: ServiceProcess[] = [];

  const stack: Stack = {
    home,
    databaseUrl,
    nats,
    apiKey,
    processes,
    launch(kind, env = {}, root = options.root) {
      const started = startService(kind, { ...common, ...env }, root);
      processes.push(started);
      return started;
    },
    async start(kind, env) {
      const started = stack.launch(kind, env);
      await started.ready;
      return started;
    },
    clientOf: async (gateway) => createClient(await gateway.ready, { apiKey }),
    logs: () => processes.flatMap(({ lines }) => lines).join('\n'),
  };

  async function close(): Promise<void> {
    const stopped = await Promise.all(
      processes.map(async (started) => ({ ...started, willing: await started.stop() })),
    );
    try {
      const unwilling = stopped.filter(({ willing }) => !willing).map(({ kind, pid }) => `${kind} ${pid}`);
      if (unwilling.length > 0) throw new Error(`had to be killed: ${unwilling.join(', ')}`);
      await expectNothingLeft(root, [join(home, 'tmp'), temp]);
    } finally {
      for (const { pid } of await processesWith(root)) killIfThere(pid);
      await rm(root, { recursive: true, force: true, maxRetries: 3 });
    }
  }
  whenTestFails(() => {
    for (const { kind, pid, lines } of processes)
      console.error([`--- last lines of ${kind} ${pid}`, ...lines.slice(-12)].join('\n'));
  });
  afterFile(close);
  return stack;
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It went by itself.
  }
}

export interface OneOfEach {
  gateway: ServiceProcess;
  runner: ServiceProcess;
  supervisor: ServiceProcess;
  /** Client of the gateway, with the admin's key. */
  client: Client;
}

/** Starts a gateway, a runner and a supervisor, all at once. */
export async function startOneOfEach(stack: Stack): Promise<OneOfEach> {
  const [gateway, runner, supervisor] = await Promise.all([
    stack.start('gateway'),
    stack.start('runner'),
    stack.start('supervisor'),
  ]);
  return { gateway, runner, supervisor, client: await stack.clientOf(gateway) };
}

/** What `ghostly up` does at its first start. */
export async function createAccounts(databaseUrl: string): Promise<string> {
  const { apiKey } = await prepareDatabase({ databaseUrl, admin: ADMIN, needsKey: false });
  if (apiKey === undefined) throw new Error('the database had users already');
  return apiKey;
}
