import type { OwnerSession } from '#shared/adapters/database/processes/owner-session.ts';
import { TAKES_WRITES } from '#shared/adapters/database/writable.ts';
import { readConfig } from '#shared/platform/config/config.ts';
import { READ_BY } from '#shared/platform/config/services.ts';
import { GAUGES } from '#shared/platform/metrics/instruments.ts';
import { serveHealth } from '#shared/platform/process/health.ts';
import type { DependencyChecks } from '#shared/platform/process/missing-checks.ts';
import { CLOSE_MS, runService } from '#shared/platform/process/service.ts';
import { openTraces } from '#shared/platform/process/traces.ts';
import { openKeeping } from './artifacts/open-keeping.ts';
import { startPool } from './browser/start-pool.ts';
import { handBackMs } from './claim/drain.ts';
import { holdSession } from './claim/hold-session.ts';
import type { Runner } from './claim/runner.ts';
import { startRunner } from './claim/start-runner.ts';
import { openRunnerConnections, type RunnerConnections } from './connections.ts';
import { createIncarnation } from './incarnation.ts';
import { startResealing } from './vault/reseal.ts';

/** How long the videos of ended runs may take when the runner leaves. */
const EVIDENCE_MS = 1_000;

const busyAndFree = ({ busy }: Pick<Runner, 'busy'>, slots: number) =>
  [
    [busy, { 'ghostly.slot.state': 'busy' }],
    [Math.max(0, slots - busy), { 'ghostly.slot.state': 'free' }],
  ] as const;

interface Checked {
  runner: Pick<Runner, 'unavailable'>;
  session: OwnerSession;
  connections: Pick<RunnerConnections, 'bus'>;
}

/** What a runner needs for runs. One without a free slot is as well as one that waits for work. */
const checksOf = ({ runner, session, connections }: Checked): DependencyChecks => ({
  // Over the connection of the heartbeats.
  database: async () => (await session.statements?.row(`select where ${TAKES_WRITES}`)) !== undefined,
  nats: async () => connections.bus.connected,
  runs: async () => runner.unavailable === undefined || runner.unavailable === 'full',
});

await runService('runner', process.env.LOG_LEVEL, async (service) => {
  const { log, stopped, failure, ready, resources } = service;
  const { env } = process;
  const config = readConfig(env, READ_BY.runner);
  const incarnation = await createIncarnation(config);
  const { id, slots } = incarnation;
  const { grace } = incarnation.timing;
  failure.boundMs = handBackMs(grace) + EVIDENCE_MS + CLOSE_MS;
  const health = resources.use(await serveHealth('runner', config, log));
  resources.use(await openTraces({ service: 'runner', instanceId: id, config, log }));
  const artifacts = await openKeeping(config, log, resources);

  const pool = await startPool({ config, id, slots: slots.count, env, log, resources });
  // Meanwhile: its own test launch waits for the same browser, and tells why there is none.
  pool.warm().catch(() => undefined);
  const connections = await openRunnerConnections(incarnation, service);
  // Closed before the connections, which take long where a server is away.
  resources.defer(() => pool.close());
  const session = await holdSession(incarnation, connections.sql, service);
  const runner = await startRunner({ incarnation, connections, session, pool, artifacts }, service);
  const isFree = () => runner.busy < slots.count && !service.stopping.aborted;
  resources.use(startResealing(incarnation, { sql: connections.sql, isFree, log }));

  health.started(checksOf({ runner, session, connections }));
  GAUGES.slots(() => busyAndFree(runner, slots.count));
  GAUGES.browsers(() => pool.describe().browsers.length);
  log.info(
    {
      owner: id,
      slots: slots.count,
      slotsFrom: slots.from,
      labels: config.GHOSTLY_LABELS,
      health: health.port,
    },
    'ready',
  );
  ready();
  await stopped;
  pool.stopAhead();
  if (!failure.has) await runner.drain(config.GHOSTLY_DRAIN_MS, grace, failure.first);
  if (failure.has) await runner.handBack(grace);
  await pool.finishEvidence(EVIDENCE_MS);
  await artifacts.flush();
});
