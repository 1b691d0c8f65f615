import { artifactsOf } from '#shared/artifacts/configured.ts';
import { openBus } from '#shared/bus/bus.ts';
import { subjects } from '#shared/bus/subjects.ts';
import { readConfig } from '#shared/config/config.ts';
import { READ_BY } from '#shared/config/services.ts';
import { timingOf } from '#shared/config/timing.ts';
import { migrateWhenReachable } from '#shared/database/migrate.ts';
import { TAKES_WRITES } from '#shared/database/writable.ts';
import { runService } from '#shared/process/service.ts';
import { createDeleteUser } from './accounts/delete-user.ts';
import { createGateway } from './app.ts';
import { createCancelling } from './cancel/cancelling.ts';
import { gatewayConfigOf } from './gateway-config.ts';
import { startServer } from './http/server.ts';
import { openDatabase } from './open-database.ts';
import { openStreaming } from './stream/streaming.ts';
import { openSubscribers } from './subscribers/open.ts';
import { checkPage } from './web/page.ts';

/** How long open answers may go on when the gateway stops; watchers come back to another one. */
const CLOSE_MS = 1_000;

await runService('gateway', process.env.LOG_LEVEL, async ({ log, stopping, stopped, ready, resources }) => {
  const config = readConfig(process.env, READ_BY.gateway);
  if (config.GHOSTLY_WEB_DIR !== undefined) await checkPage(config.GHOSTLY_WEB_DIR);
  const { database, budgets, sessionUrl } = await openDatabase(config, resources);
  const { urgent: sql, changes, streams } = budgets;
  const bus = resources.use(openBus({ url: config.NATS_URL, name: 'ghostly-gateway', log }));
  const max = config.GHOSTLY_MAX_STREAMS_PER_USER;
  const { streamRun, waitForEnd } = openStreaming({ sql: streams, bus, log, max, stopping }, resources);
  openSubscribers({ sql: changes, bus, config, log }, resources);
  const { delivery: cancelDelivery, handlers } = resources.use(
    createCancelling({ budgets, bus, log, timing: timingOf(config) }),
  );
  let migrated = false;

  const gateway = createGateway({
    ...{ database, budgets },
    artifacts: artifactsOf(config),
    log,
    config: gatewayConfigOf(config, process.env.NODE_ENV),
    notifyRunQueued: async () => bus.publish(subjects.runQueued, {}),
    cancelDelivery,
    waitForEnd,
    checks: {
      database: async () => migrated && (await sql.row(`select where ${TAKES_WRITES}`)) !== undefined,
      nats: async () => bus.connected,
    },
    handlers: { ...handlers, streamRun, deleteUser: createDeleteUser({ sql: changes, cancelDelivery }) },
  });
  const server = await startServer(gateway.callback(), { host: config.HOST, port: config.PORT });
  resources.defer(() => server.close(CLOSE_MS));
  log.info({ url: server.url }, 'listening');

  await migrateWhenReachable(sessionUrl, stopping, log);
  migrated = true;
  await Promise.race([bus.connection(), stopped]);
  ready({ url: server.url });
  await stopped;
});
