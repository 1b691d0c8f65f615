/*
 * A cluster without Kubernetes: PostgreSQL, NATS, gateway and supervisor, all real; the API server's one request; and
 * a ReplicaSet of runner processes without Chromium. Variables are those of `deploy/kubernetes`, with shorter times.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { timingOf } from '#shared/platform/config/timing.ts';
import { type Fleet, openFleet, whenReady } from '../../bench/scale/fleet.ts';
import type { BenchPostgres } from '../../bench/scale/postgres.ts';
import { type ApiServer, startApiServer } from '../support/cluster/api-server.ts';
import { ReplicaSet } from './replica-set.ts';

export interface Cluster extends AsyncDisposable {
  readonly fleet: Fleet;
  readonly api: ApiServer;
  readonly runners: ReplicaSet;
}

export interface ClusterOptions {
  postgres: BenchPostgres;
  /** Name of its database. */
  name: string;
  /** Slots of a runner. */
  slots: number;
  /** Runners that share a process; one, unless more pods are wanted than this machine can start processes. */
  runnersOfProcess?: number;
  /** They connect, but claim only once their process gets a message. */
  runnersWait?: boolean;
  /** GHOSTLY_DRAIN_MS: longer than the longest run. */
  drainMs: number;
}

/** Many processes start: what they compile is kept, as `ghostly up` keeps it. */
const COMPILED = join(import.meta.dirname, '../../node_modules/.cache/node');
const LEASE_MS = 10_000;
const GRACE_MS = 2_500;
/** The manifests' rule: the pod's grace is the drain, two graces of a cancel, and this. */
const CLOSING_MS = 10_000;

export async function openCluster(options: ClusterOptions): Promise<Cluster> {
  const { postgres, name, slots, drainMs, runnersOfProcess = 1, runnersWait = false } = options;
  await using resources = new AsyncDisposableStack();
  const fleet = resources.use(await openFleet({ postgres, name }));
  const api = resources.use(await startApiServer());
  const times = {
    GHOSTLY_LEASE_MS: String(LEASE_MS),
    GHOSTLY_CANCEL_GRACE_MS: String(GRACE_MS),
    GHOSTLY_DRAIN_MS: String(drainMs),
  };
  resources.use(await fleet.start({ gateways: 1, supervisors: 1, env: { ...times, ...api.env } }));
  const { grace } = timingOf({ GHOSTLY_LEASE_MS: LEASE_MS, GHOSTLY_CANCEL_GRACE_MS: GRACE_MS });
  const runners = resources.use(
    new ReplicaSet({
      graceMs: drainMs + 2 * grace + CLOSING_MS,
      start(pod) {
        const child = spawn(process.execPath, ['bench/scale/runners.ts'], {
          env: {
            NODE_COMPILE_CACHE: COMPILED,
            ...fleet.env,
            ...times,
            BENCH_RUNNERS: String(runnersOfProcess),
            RUNNER_SLOTS: String(slots),
            RUNNER_NAME: pod,
            ...(runnersWait && { BENCH_WAITS: 'on' }),
          },
          stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
        });
        return { process: child, ready: whenReady(child, pod) };
      },
      costOf: (pod) => Number(api.pods.get(pod) ?? 0),
      onCreated: (pod) => void api.pods.set(pod, undefined),
      onGone: ({ name: pod }) => void api.pods.delete(pod),
    }),
  );
  const owned = resources.move();
  return { fleet, api, runners, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
