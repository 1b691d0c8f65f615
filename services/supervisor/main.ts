import { randomUUID } from 'node:crypto';
import { openArtifacts } from '#shared/adapters/artifacts/configured.ts';
import { type Bus, openBus } from '#shared/adapters/bus/bus.ts';
import { adviceOnNats } from '#shared/adapters/bus/server-version.ts';
import { limitsOf } from '#shared/adapters/database/queue/limits.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { TAKES_WRITES } from '#shared/adapters/database/writable.ts';
import { readConfig } from '#shared/platform/config/config.ts';
import { READ_BY } from '#shared/platform/config/services.ts';
import { timingOf } from '#shared/platform/config/timing.ts';
import type { Log } from '#shared/platform/log/log.ts';
import { serveHealth } from '#shared/platform/process/health.ts';
import type { DependencyChecks } from '#shared/platform/process/missing-checks.ts';
import { runService } from '#shared/platform/process/service.ts';
import { openTraces } from '#shared/platform/process/traces.ts';
import { announceWritten } from './announce-written.ts';
import { openSupervisorConnections } from './connections.ts';
import { createDatabaseOutages } from './database-outages.ts';
import { startLeaderDuties } from './duties.ts';
import { createFinaliser } from './finaliser.ts';
import { keepEventStream, streamSizeOf } from './keep-event-stream.ts';
import { holdLeadership } from './leading.ts';
import { serveFinaliseRequests } from './requests.ts';
import { showFigures } from './show-figures.ts';

const checksOf = (sql: Sql, bus: Bus): DependencyChecks => ({
  database: async () => (await sql.row(`select where ${TAKES_WRITES}`)) !== undefined,
  nats: async () => bus.connected,
});

/** The same bus; once it is connected, the log says to which NATS, and whether that should be a newer one. */
function checkedNats(bus: Bus, log: Log): Bus {
  const reported = bus.opened().then((version) => {
    log.info({ version }, 'connected to NATS');
    const advice = adviceOnNats(version);
    if (advice !== undefined) log.warn({ version }, advice);
  });
  reported.catch(() => undefined); // there is none: each use reports that
  return bus;
}

/** Threads for name lookups, which those of receivers may hold for long: read when the first one is needed. */
process.env.UV_THREADPOOL_SIZE ??= '32';

/** What upkeep gives up because this process stops is no trouble: the next leader does it. */
function untilStopping(log: Log, stopping: AbortSignal): Log {
  const own = log.child({});
  stopping.addEventListener('abort', () => {
    own.level = 'error';
  });
  return own;
}

await runService(
  'supervisor',
  process.env.LOG_LEVEL,
  async ({ log, stopping, stopped, ready, resources }) => {
    const config = readConfig(process.env, READ_BY.supervisor);
    const [id, timing] = [randomUUID(), timingOf(config)];
    const name = `ghostly-supervisor ${id}`;

    const health = resources.use(await serveHealth('supervisor', config, log));
    resources.use(await openTraces({ service: 'supervisor', instanceId: id, config, log }));
    const artifacts = await openArtifacts(config, log);
    const outages = resources.use(createDatabaseOutages(timing));
    const connecting = { config, name, log, stopping, resources, onAnswer: outages.heard };
    const connections = await openSupervisorConnections(connecting);
    const { session, requests: sql, sweeps, figures } = connections;
    const quietLog = untilStopping(log, stopping);
    const bus = checkedNats(resources.use(openBus({ url: config.NATS_URL, name, log })), log);
    const queue = { leaseMs: timing.lease, silentMs: timing.silent, limits: limitsOf(config) };
    const queueTimeoutText = 'no runner took the run in time';
    const finalising = { log, overdueMs: timing.overdue, queueTimeoutText, queue, outages };

    const onWritten = announceWritten({ sql, bus, log: quietLog });
    const requests = serveFinaliseRequests({
      bus,
      finalise: createFinaliser({ sql, ...finalising }),
      onFinalised: onWritten,
      onRequeued: onWritten,
    });
    resources.defer(() => requests.stop());

    const finalise = createFinaliser({ sql: sweeps, ...finalising });
    const leadership = holdLeadership({ session, log, id, everyMs: timing.sweep, stopping, resources });
    const led = { config, bus, leadership, log: quietLog, stopping, resources };
    keepEventStream({ ...led, size: streamSizeOf(config) });
    const work = { connections, artifacts, timing, finalise, endingLog: log, env: process.env };
    startLeaderDuties({ ...led, ...work });

    health.started(checksOf(sql, bus));
    showFigures(figures, leadership.isLeading, queue);
    log.info({ id, health: health.port }, 'ready');
    ready();
    await stopped;
    await leadership.resign();
  },
);
