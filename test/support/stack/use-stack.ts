/*
 * A stack, a site for its runs, and a client. Suites that one test file imports share them, so that they cost one start.
 * Owns all of it for that file.
 */
import { afterAll, beforeAll } from 'vitest';
import { scaledMs } from '../eventually.ts';
import { afterFile } from '../file-hooks.ts';
import type { Client } from '../http/client.ts';
import { startSite, type TestSite } from '../sites/site.ts';
import { createStack, type ServiceKind, type ServiceProcess, type Stack } from './stack.ts';

export interface StackBench {
  stack: Stack;
  site: TestSite;
  gateway: ServiceProcess;
  /** Client of the gateway, with the admin's key. */
  client: Client;
}

export interface UseStack {
  /** What is started at once with the gateway. */
  besides?: readonly Exclude<ServiceKind, 'gateway'>[];
  /** For every service. */
  env?: NodeJS.ProcessEnv;
}

/** Time in which a cancel has to end a run: its parts are long enough for a busy machine. */
export const GRACE_MS = scaledMs(8_000);
/** A lease that a busy machine keeps. */
export const LEASE_MS = 4 * GRACE_MS;
const TIMES = { GHOSTLY_LEASE_MS: String(LEASE_MS), GHOSTLY_CANCEL_GRACE_MS: String(GRACE_MS) };

/** For suites in which each part of a cancel ends by what happens: none ends by its time, however slow the machine is. */
export const UNHURRIED = { GHOSTLY_LEASE_MS: '200000', GHOSTLY_CANCEL_GRACE_MS: '60000' };

let ofThisFile: StackBench | undefined;

/**
 * For the top of a suite. What it returns is there once the file's hooks have run. Of the suites that share it, the one
 * that is imported first says how it starts.
 */
export function useStack(options: UseStack = {}): StackBench {
  ofThisFile ??= startForThisFile(options);
  return ofThisFile;
}

function startForThisFile({ besides = ['runner', 'supervisor'], env = {} }: UseStack): StackBench {
  const bench = {} as StackBench;
  beforeAll(async () => {
    const [stack, site] = await Promise.all([createStack({ env: { ...TIMES, ...env } }), startSite()]);
    Object.assign(bench, { stack, site });
    [bench.gateway] = await Promise.all([
      stack.start('gateway'),
      ...besides.map((kind) => stack.start(kind)),
    ]);
    bench.client = await stack.clientOf(bench.gateway);
  });
  afterAll(() => bench.site?.close());
  afterFile(async () => {
    ofThisFile = undefined;
  });
  return bench;
}

type Launched = readonly ServiceProcess[];

/**
 * For the top of a suite: what it launches is ready in its tests, and stopped at its end, also if one of them was never
 * ready.
 */
export function useServices(launch: () => Launched | Promise<Launched>): Launched {
  const services: ServiceProcess[] = [];
  beforeAll(async () => {
    services.push(...(await launch()));
    await Promise.all(services.map(({ ready }) => ready));
  });
  afterAll(() => Promise.all(services.map((service) => service.stop())));
  return services;
}

/** For the top of a suite whose stack stops runs fast: a client whose runs stop slowly enough for each rung to be seen. */
export function usePatientClient(bench: Pick<StackBench, 'stack'>): () => Promise<Client> {
  const services = useServices(() => [bench.stack.launch('gateway', TIMES)]);
  return () => bench.stack.clientOf(services[0]!);
}

/** The lease of a runner that is {@link startLabelled}. */
const SHORT_LEASE_MS = scaledMs(4_000);

/** A runner that takes what has its label alone, and is soon missed when it is lost, unless its lease is longer. */
export const startLabelled = (
  stack: Stack,
  label: string,
  leaseMs = SHORT_LEASE_MS,
): Promise<ServiceProcess> =>
  stack.start('runner', {
    GHOSTLY_LEASE_MS: String(leaseMs),
    GHOSTLY_CANCEL_GRACE_MS: String(scaledMs(600)),
    GHOSTLY_LABELS: label,
  });
