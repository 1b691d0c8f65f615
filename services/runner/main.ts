import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { artifactsOf } from '#shared/artifacts/configured.ts';
import { findChromium, findFullChromium } from '#shared/binaries/binaries.ts';
import { openBus } from '#shared/bus/bus.ts';
import { readConfig } from '#shared/config/config.ts';
import { READ_BY } from '#shared/config/services.ts';
import { timingOf } from '#shared/config/timing.ts';
import { connectDatabase } from '#shared/database/connect.ts';
import { migrateWhenReachable } from '#shared/database/migrate.ts';
import { openStatements } from '#shared/database/open-statements.ts';
import { holdOwnerSession } from '#shared/database/processes/owner-session.ts';
import { registerRunner } from '#shared/database/processes/runners.ts';
import { heartbeat } from '#shared/database/runs/heartbeat.ts';
import { retryUntilDone } from '#shared/process/backoff.ts';
import { runService } from '#shared/process/service.ts';
import { findBrowserUser } from './browser/browser-user.ts';
import { findFfmpeg } from './browser/ffmpeg.ts';
import { removeLeftTempDirs } from './browser/janitor.ts';
import { createBrowserPool } from './browser/pool.ts';
import { makeTempDir } from './browser/temp-dir.ts';
import { createLaunchHealth } from './claim/launch-health.ts';
import { createLeaseKeeper } from './claim/lease-keeper.ts';
import { createRunner } from './claim/runner.ts';
import { startEgress } from './egress/egress.ts';

await runService('runner', process.env.LOG_LEVEL, async ({ log, stopping, stopped, ready, resources }) => {
  const { env } = process;
  const config = readConfig(env, READ_BY.runner);
  const timing = timingOf(config);
  const owner = randomUUID();
  const name = `ghostly-runner ${owner}`;
  const artifacts = artifactsOf(config);
  const tempRoot = join(config.GHOSTLY_HOME, 'tmp');

  const statementTimeoutMs = Math.max(1_000, timing.heartbeat);

  await migrateWhenReachable(config.DATABASE_URL, stopping, log);
  const database = resources.use(
    await connectDatabase({
      url: config.DATABASE_URL,
      applicationName: name,
      poolSize: Math.min(config.RUNNER_SLOTS, 16) + 4,
      statementTimeoutMs,
      lockTimeoutMs: Math.max(250, timing.heartbeat / 2),
    }),
  );
  // Heartbeats have connections of their own, so that none waits behind a commit. Their timeout is the time within which an
  // answer still counts.
  const renewals = resources.use(
    await openStatements({
      url: config.DATABASE_URL,
      applicationName: name,
      poolSize: 8,
      statementTimeoutMs: timing.fence,
      lockTimeoutMs: Math.max(250, timing.heartbeat / 2),
    }),
  );
  const bus = resources.use(openBus({ url: config.NATS_URL, name, log }));

  await artifacts.prepare();
  await removeLeftTempDirs(tempRoot);
  const chromium = await findChromium({ env });
  const fullPath = await findFullChromium({ env });
  const user = config.GHOSTLY_SANDBOX === 'off' ? undefined : findBrowserUser([chromium.path, fullPath]);
  const { path: tempDir, privatePath } = resources.use(await makeTempDir(tempRoot, owner, user));
  // Playwright puts its profiles into this process's temporary folder.
  env.TMPDIR = tempDir;

  const egress = resources.use(
    await startEgress({
      policy: config.GHOSTLY_EGRESS,
      outer: {
        http: env.http_proxy || env.HTTP_PROXY,
        https: env.https_proxy || env.HTTPS_PROXY,
        not: env.no_proxy || env.NO_PROXY,
      },
      log,
    }),
  );
  const pool = createBrowserPool({
    headlessPath: chromium.kind === 'headless shell' ? chromium.path : undefined,
    fullPath,
    ffmpegPath: await findFfmpeg(env.PATH),
    sandbox: config.GHOSTLY_SANDBOX,
    tempDir,
    privateDir: privatePath,
    user,
    environment: env,
    shareBrowsers: config.GHOSTLY_SHARE_BROWSERS,
    mostBrowsers: config.RUNNER_SLOTS + 1,
    egress,
    log,
  });
  resources.defer(() => pool.close());

  const incarnation = { id: owner, host: hostname(), pid: process.pid, slots: config.RUNNER_SLOTS };
  const register = async () =>
    holdOwnerSession({
      url: config.DATABASE_URL,
      lockKey: await registerRunner(database.sql, incarnation),
      applicationName: `${name} session`.slice(0, 63),
      retryMs: 250,
      onLost: (error) =>
        log.warn({ err: error }, 'the database session that shows this runner is alive was lost'),
    });
  const session = resources.use(
    await retryUntilDone(register, { firstMs: 100, maxMs: 2_000 }, stopping, (error) =>
      log.warn({ err: error }, 'could not register this runner yet'),
    ),
  );

  let onReady = () => {};
  const launches = resources.use(
    createLaunchHealth({ log, testLaunch: () => pool.warm(), onReady: () => onReady() }),
  );
  const leases = resources.use(
    createLeaseKeeper({
      heartbeatMs: timing.heartbeat,
      fenceMs: timing.fence,
      heartbeat: (actors) =>
        heartbeat(renewals.sql, owner, actors, timing.lease, {
          browsers: pool.describe().browsers.length,
          trouble: launches.trouble,
        }),
      now: () => performance.now(),
      onError: (error) => log.warn({ err: error }, 'a heartbeat failed'),
    }),
  );
  await launches.tried;
  const runner = createRunner({
    sql: database.sql,
    bus,
    log,
    owner,
    slots: config.RUNNER_SLOTS,
    leaseMs: timing.lease,
    statementTimeoutMs,
    limits: {
      perUser: config.GHOSTLY_MAX_RUNNING_PER_USER,
      perProject: config.GHOSTLY_MAX_RUNNING_PER_PROJECT,
    },
    leases,
    sessionHeld: () => session.held,
    browsersStart: () => launches.ready,
    actorDeps: {
      openBrowser: ({ id, projectId, epoch, plan }) =>
        launches.watch(
          pool.open({
            ...{ runId: id, projectId, flow: plan, epoch, artifacts },
            uploadDir: config.GHOSTLY_UPLOAD_DIR,
          }),
        ),
      closeMs: timing.grace,
    },
  });
  onReady = runner.look;
  log.info({ owner, slots: config.RUNNER_SLOTS }, 'ready');
  ready();
  await stopped;
  await runner.drain(config.GHOSTLY_DRAIN_MS, timing.grace);
});
