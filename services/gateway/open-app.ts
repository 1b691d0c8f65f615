import type Koa from 'koa';
import type { Artifacts } from '#shared/adapters/artifacts/artifacts.ts';
import { limitsOf, type RunLimits } from '#shared/adapters/database/queue/limits.ts';
import {
  readNeedingPeople,
  readWaitingForPeople,
} from '#shared/adapters/database/run-views/needs-attention.ts';
import { readQueueCauses } from '#shared/adapters/database/run-views/queue-causes.ts';
import { readSituations } from '#shared/adapters/database/run-views/situation.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { SYSTEM_LIMIT } from '#shared/api/contract/service/system.ts';
import type { Loop } from '#shared/platform/async/loop.ts';
import { type Timing, timingOf } from '#shared/platform/config/timing.ts';
import type { ServiceContext } from '#shared/platform/process/service.ts';
import { createDeleteUser } from './accounts/delete-user.ts';
import { createGateway } from './app.ts';
import { startBatches } from './batches/start-tests.ts';
import { createCancelling } from './cancel/cancelling.ts';
import type { GatewayConnections } from './connections.ts';
import { gatewayConfigOf, type Variables } from './gateway-config.ts';
import type { GatewayState } from './http/call.ts';
import { viewerPlace } from './playwright-trace/viewer-place.ts';
import { notifyRunners } from './runs/notify-runners.ts';
import { createQueueRoom } from './runs/queue-room.ts';
import { createAskOwner } from './runs/waiting-for/ask-owner.ts';
import { createReadWaitingFor } from './runs/waiting-for/read.ts';
import { createReadListedWaits } from './runs/waiting-for/read-listed.ts';
import { startDueSchedules } from './schedules/start-due.ts';
import { sharedReading } from './service/shared-reading.ts';
import { createRunHints } from './stream/hints.ts';
import { openStreaming } from './stream/streaming.ts';
import { openSubscribers } from './subscribers/open.ts';

interface Opening {
  /** The gateway's own. */
  id: string;
  config: Variables;
  nodeEnv: string | undefined;
  connections: GatewayConnections;
  artifacts: Artifacts;
  /** The port of Playwright's viewer; undefined if this process has none. */
  viewerPort?: number | undefined;
}

interface OpenedApp {
  app: Koa<GatewayState>;
  /** Begins to start what schedules and batches have due, once the schema is that of this version. */
  startDue(): Loop[];
}

/** The HTTP application with all that it needs besides its connections; `resources` closes that. */
export function openApp(
  {
    id,
    config,
    nodeEnv,
    connections: { database, budgets, turns, bus, frames, reach },
    artifacts,
    viewerPort,
  }: Opening,
  { log, stopping, resources }: Pick<ServiceContext, 'log' | 'stopping' | 'resources'>,
): OpenedApp {
  const { reads: sql, changes, streams, hints: looks } = budgets;
  const max = config.GHOSTLY_MAX_STREAMS_PER_USER;
  const askOwner = createAskOwner({ bus, isNatsOut: () => isOut(reach, 'nats') });
  const waits = { timing: timingOf(config), limits: limitsOf(config), askOwner };
  const readWatched = createReadWaitingFor({ sql: looks, ...waits });
  const hints = createRunHints({ load: (ids) => readSituations(looks, ids), read: readWatched });
  const { waitForEnd, ...following } = openStreaming(
    { sql: streams, looks, bus, frames, gateway: id, log, max, stopping, hints },
    resources,
  );
  openSubscribers({ sql: changes, bus, config, log }, resources);
  const { delivery: cancelDelivery, handlers } = resources.use(
    createCancelling({ budgets, bus, log, timing: timingOf(config) }),
  );
  const readWaitingFor = createReadWaitingFor({ sql, ...waits });
  const gatewayConfig = gatewayConfigOf(config, nodeEnv);
  const starting = {
    config: gatewayConfig,
    queueRoom: createQueueRoom({ sql: changes, log, limits: gatewayConfig.queueLimits }),
    cancelDelivery,
    notifyRunQueued: notifying(bus),
    log,
  };
  const app = createGateway({
    ...starting,
    database,
    budgets,
    turns,
    bus,
    waitForEnd,
    readWaitingFor,
    artifacts,
    viewer: viewerOf(config, viewerPort),
    readListedWaits: createReadListedWaits(readWatched),
    ...sharedReadings(budgets.lists, queueOf(waits)),
    reach,
    gatewayId: id,
    handlers: { ...handlers, ...following, deleteUser: createDeleteUser({ sql: changes, cancelDelivery }) },
  });
  const due = { ...starting, stopping, database: { ...database, sql: changes } };
  return { app, startDue: () => [startDueSchedules(due), startBatches(due)] };
}

const isOut = (reach: GatewayConnections['reach'], wanted: string) =>
  reach.outages().some(({ name }) => name === wanted);

const notifying =
  (bus: GatewayConnections['bus']) =>
  async (labels: readonly string[], traceparent: string | undefined): Promise<void> =>
    notifyRunners(bus, labels, traceparent);

const viewerOf = (config: Variables, port: number | undefined) =>
  viewerPlace({
    url: config.GHOSTLY_VIEWER_URL,
    port,
    isBehindProxy: config.GHOSTLY_PUBLIC_URL.length > 0,
  });

/** What many ask for at once is read once. */
const sharedReadings = (lists: Sql, queue: ReturnType<typeof queueOf>) => ({
  readNeedingPeople: sharedReading(() => readNeedingPeople(lists)),
  readWaitingForPeople: sharedReading(() => readWaitingForPeople(lists)),
  readQueue: sharedReading(() => readQueueCauses(lists, queue)),
});

/** How waiting runs are counted. */
const queueOf = ({ timing, limits }: { timing: Timing; limits: RunLimits }) => ({
  leaseMs: timing.lease,
  silentMs: timing.silent,
  limits,
  most: { counted: SYSTEM_LIMIT.waiting, looked: SYSTEM_LIMIT.causes },
});
