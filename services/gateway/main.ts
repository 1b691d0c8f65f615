import { artifactsOf } from '#shared/artifacts/configured.ts';
import { openBus } from '#shared/bus/bus.ts';
import { serversOf } from '#shared/bus/options.ts';
import { subjects } from '#shared/bus/subjects.ts';
import { readConfig } from '#shared/config/config.ts';
import { READ_BY } from '#shared/config/services.ts';
import { timingOf } from '#shared/config/timing.ts';
import { connectDatabase } from '#shared/database/connect.ts';
import { migrateWhenReachable } from '#shared/database/migrate.ts';
import { TAKES_WRITES } from '#shared/database/writable.ts';
import { runService } from '#shared/process/service.ts';
import { VERSION } from '#shared/process/version.ts';
import { createOpenStreams } from './access/open-streams.ts';
import { outsideIssuerOf } from './access/outside-tokens.ts';
import { createDeleteUser } from './accounts/delete-user.ts';
import { createGateway } from './app.ts';
import { createCancelling } from './cancel/cancelling.ts';
import { startServer } from './http/server.ts';
import { createWaitForEnd } from './runs/wait.ts';
import { createStreamHandler } from './stream/handler.ts';
import { createRunFeeds } from './stream/run-feed.ts';
import { serveSubscribers } from './subscribers/subscribers.ts';
import { checkPage } from './web/page.ts';

/** How long open answers may go on when the gateway stops; watchers come back to another one. */
const CLOSE_MS = 1_000;

await runService('gateway', process.env.LOG_LEVEL, async ({ log, stopping, stopped, ready, resources }) => {
  const config = readConfig(process.env, READ_BY.gateway);
  if (config.GHOSTLY_WEB_DIR !== undefined) await checkPage(config.GHOSTLY_WEB_DIR);
  const database = resources.use(
    await connectDatabase({ url: config.DATABASE_URL, applicationName: 'ghostly-gateway', poolSize: 16 }),
  );
  const { sql } = database;
  const bus = resources.use(openBus({ url: config.NATS_URL, name: 'ghostly-gateway', log }));
  const feeds = resources.use(createRunFeeds({ sql, bus }));
  const { GHOSTLY_NATS_ISSUER_SEED: issuerSeed } = config;
  const maxConsumers = config.GHOSTLY_MAX_CONSUMERS_PER_USER;
  if (issuerSeed !== undefined) {
    // It goes to the same server: the other connection tells of its coming and going.
    const quiet = { info: log.debug.bind(log), warn: log.debug.bind(log) };
    const consumersBus = resources.use(
      openBus({ url: config.NATS_URL, name: 'ghostly-gateway-consumers', log: quiet }),
    );
    resources.use(
      serveSubscribers({ sql, bus, consumersBus, maxConsumers, issuerSeed, log, now: () => Date.now() }),
    );
  }
  const openStreams = resources.use(
    createOpenStreams({ sql, log, max: config.GHOSTLY_MAX_STREAMS_PER_USER }),
  );
  const cancelling = resources.use(createCancelling({ sql, bus, log, timing: timingOf(config) }));
  let migrated = false;

  const gateway = createGateway({
    database,
    artifacts: artifactsOf(config),
    log,
    config: {
      jwtSecret: config.GHOSTLY_JWT_SECRET,
      jwtSecretPrevious: config.GHOSTLY_JWT_SECRET_PREVIOUS,
      outsideIssuer: outsideIssuerOf(config),
      trustedProxies: config.GHOSTLY_TRUSTED_PROXIES,
      graceMs: config.GHOSTLY_CANCEL_GRACE_MS,
      leaseMs: config.GHOSTLY_LEASE_MS,
      queueTimeoutMs: config.GHOSTLY_QUEUE_TIMEOUT_MS,
      maxDurationMs: config.GHOSTLY_MAX_DURATION_MS,
      queueLimits: {
        perUser: config.GHOSTLY_MAX_QUEUED_PER_USER,
        perProject: config.GHOSTLY_MAX_QUEUED_PER_PROJECT,
      },
      accountLimits: {
        projects: config.GHOSTLY_MAX_PROJECTS_PER_USER,
        memberships: config.GHOSTLY_MAX_MEMBERSHIPS_PER_USER,
        members: config.GHOSTLY_MAX_MEMBERS_PER_PROJECT,
        keys: config.GHOSTLY_MAX_KEYS_PER_USER,
        userInvitations: config.GHOSTLY_MAX_INVITATIONS_PER_USER,
        projectInvitations: config.GHOSTLY_MAX_INVITATIONS_PER_PROJECT,
      },
      maxConsumers,
      corsOrigins: config.GHOSTLY_CORS_ORIGINS,
      publicUrls: config.GHOSTLY_PUBLIC_URL,
      webDir: config.GHOSTLY_WEB_DIR,
      natsServers: issuerSeed === undefined ? undefined : serversOf(config.NATS_URL),
      version: VERSION,
      env: process.env.NODE_ENV ?? 'development',
    },
    notifyRunQueued: async () => bus.publish(subjects.runQueued, {}),
    cancelDelivery: cancelling.delivery,
    waitForEnd: createWaitForEnd({ sql, feeds, openStreams, stopping }),
    checks: {
      database: async () => migrated && (await sql.row(`select where ${TAKES_WRITES}`)) !== undefined,
      nats: async () => bus.connected,
    },
    handlers: {
      ...cancelling.handlers,
      streamRun: createStreamHandler({ sql, feeds, openStreams, now: () => Date.now() }),
      deleteUser: createDeleteUser({ sql, cancelDelivery: cancelling.delivery }),
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
