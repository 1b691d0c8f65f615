import type Koa from 'koa';
import type { Artifacts } from '#shared/artifacts/artifacts.ts';
import type { Bus } from '#shared/bus/bus.ts';
import { subjects } from '#shared/bus/subjects.ts';
import { timingOf } from '#shared/config/timing.ts';
import { TAKES_WRITES } from '#shared/database/writable.ts';
import type { Checks } from '#shared/process/missing-checks.ts';
import type { ServiceContext } from '#shared/process/service.ts';
import { messageSpan } from '#shared/traces/message-span.ts';
import { beginSpan } from '#shared/traces/spans.ts';
import { createDeleteUser } from './accounts/delete-user.ts';
import { createGateway } from './app.ts';
import { createCancelling } from './cancel/cancelling.ts';
import type { Connections } from './connections.ts';
import { gatewayConfigOf, type Variables } from './gateway-config.ts';
import type { GatewayState } from './http/call.ts';
import { createReadWaitingFor } from './runs/waiting-for/read.ts';
import { openStreaming } from './stream/streaming.ts';
import { openSubscribers } from './subscribers/open.ts';

interface Opening {
  config: Variables;
  nodeEnv: string | undefined;
  connections: Connections;
  artifacts: Artifacts;
  /** Whether the schema is the one of this version. */
  isMigrated: () => boolean;
}

/** The HTTP application with all that it needs besides its connections, and what it has to reach; `resources` closes that. */
export function openApp(
  { config, nodeEnv, connections: { database, budgets, bus }, artifacts, isMigrated }: Opening,
  { log, stopping, resources }: Pick<ServiceContext, 'log' | 'stopping' | 'resources'>,
): { app: Koa<GatewayState>; checks: Checks } {
  const { urgent: sql, changes, streams } = budgets;
  const max = config.GHOSTLY_MAX_STREAMS_PER_USER;
  const { streamRun, waitForEnd } = openStreaming({ sql: streams, bus, log, max, stopping }, resources);
  openSubscribers({ sql: changes, bus, config, log }, resources);
  const { delivery: cancelDelivery, handlers } = resources.use(
    createCancelling({ budgets, bus, log, timing: timingOf(config) }),
  );
  const readWaitingFor = createReadWaitingFor({
    ...{ sql, bus, timing: timingOf(config) },
    limits: {
      perUser: config.GHOSTLY_MAX_RUNNING_PER_USER,
      perProject: config.GHOSTLY_MAX_RUNNING_PER_PROJECT,
    },
  });
  const checks: Checks = {
    database: async () => isMigrated() && (await sql.row(`select where ${TAKES_WRITES}`)) !== undefined,
    nats: async () => bus.connected,
  };
  const app = createGateway({
    ...{ database, budgets, log, cancelDelivery, waitForEnd, readWaitingFor, artifacts },
    config: gatewayConfigOf(config, nodeEnv),
    notifyRunQueued: async (labels, traceparent) => notifyRunners(bus, labels, traceparent),
    checks,
    handlers: { ...handlers, streamRun, deleteUser: createDeleteUser({ sql: changes, cancelDelivery }) },
  });
  return { app, checks };
}

/** Of a run that asks for labels hear the runners that have one of them. */
function notifyRunners(bus: Bus, labels: readonly string[], parent: string | undefined): void {
  const wanted = labels.length > 0 ? labels.map(subjects.runQueuedFor) : [subjects.runQueued];
  const span = beginSpan(...messageSpan('send', subjects.runQueued, parent));
  for (const subject of wanted) bus.publish(subject, {}, span);
  span.end();
}
