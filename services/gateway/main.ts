import { join } from 'node:path';
import { openBus } from '#shared/bus/bus.ts';
import { subjects } from '#shared/bus/subjects.ts';
import { COMMON, readConfig } from '#shared/config/config.ts';
import { connectDatabase } from '#shared/database/connect.ts';
import { migrateWhenReachable } from '#shared/database/migrate.ts';
import { runService } from '#shared/process/service.ts';
import { VERSION } from '#shared/process/version.ts';
import { createGateway } from './app.ts';
import { createCancelRun } from './cancel/cancel-run.ts';
import { createCancelHandler } from './cancel/handler.ts';
import { startServer } from './server.ts';
import { createStreamHandler } from './stream/handler.ts';
import { createRunFeeds } from './stream/run-feed.ts';

/** How long open answers may go on when the gateway stops; watchers come back to another one. */
const CLOSE_MS = 1_000;

await runService('gateway', process.env.LOG_LEVEL, async ({ log, stopping, stopped, ready, resources }) => {
  const config = readConfig(process.env, [
    ...COMMON,
    'HOST',
    'PORT',
    'GHOSTLY_JWT_SECRET',
    'GHOSTLY_QUEUE_TIMEOUT_MS',
    'GHOSTLY_CORS_ORIGINS',
  ]);
  const database = resources.use(
    await connectDatabase({ url: config.DATABASE_URL, applicationName: 'ghostly-gateway', poolSize: 16 }),
  );
  const { sql } = database;
  const bus = resources.use(openBus({ url: config.NATS_URL, name: 'ghostly-gateway', log }));
  const feeds = resources.use(createRunFeeds({ sql, bus }));
  let migrated = false;

  const gateway = createGateway({
    database,
    log,
    config: {
      jwtSecret: config.GHOSTLY_JWT_SECRET,
      graceMs: config.GHOSTLY_CANCEL_GRACE_MS,
      leaseMs: config.GHOSTLY_LEASE_MS,
      queueTimeoutMs: config.GHOSTLY_QUEUE_TIMEOUT_MS,
      artifactsDir: join(config.GHOSTLY_HOME, 'artifacts'),
      corsOrigins: config.GHOSTLY_CORS_ORIGINS,
      version: VERSION,
      env: process.env.NODE_ENV ?? 'development',
    },
    ring: async () => bus.tell(subjects.doorbell, {}),
    checks: {
      database: async () => migrated && (await sql.row('select 1')) !== undefined,
      nats: async () => bus.connected,
    },
    handlers: {
      cancelRun: createCancelHandler({ sql, cancelRun: createCancelRun({ sql, bus }) }),
      streamRun: createStreamHandler({ sql, feeds, now: () => Date.now() }),
    },
  });
  const server = await startServer(gateway.callback(), { host: config.HOST, port: config.PORT });
  resources.defer(() => server.close(CLOSE_MS));
  log.info({ url: server.url }, 'listening');

  await migrateWhenReachable(config.DATABASE_URL, stopping, log);
  migrated = true;
  await Promise.race([bus.connection(), stopped]);
  ready({ url: server.url });
  await stopped;
});
