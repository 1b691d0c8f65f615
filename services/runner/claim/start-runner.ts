import type { Artifacts } from '#shared/adapters/artifacts/artifacts.ts';
import type { OwnerSession } from '#shared/adapters/database/processes/owner-session.ts';
import { limitsOf } from '#shared/adapters/database/queue/limits.ts';
import { heartbeat, type RunnerReport } from '#shared/adapters/database/runs/heartbeat.ts';
import type { UnavailableCode } from '#shared/domain/run/unavailable.ts';
import { runFields } from '#shared/platform/log/run-fields.ts';
import type { ServiceContext } from '#shared/platform/process/service.ts';
import { limitsOfRun } from '../artifacts/limits.ts';
import { uploadFoldersOf } from '../browser/page/uploads.ts';
import type { BrowserPool } from '../browser/pool.ts';
import type { RunnerConnections } from '../connections.ts';
import type { Incarnation } from '../incarnation.ts';
import { createShowLive } from '../live/show-live.ts';
import { createLaunchHealth, type LaunchHealth } from './launch-health.ts';
import { createLeaseKeeper, type LeaseKeeper } from './lease-keeper.ts';
import type { LiveRunsDeps } from './live-runs.ts';
import { createRunner, type Runner } from './runner.ts';

export interface RunnerStart {
  incarnation: Incarnation;
  connections: RunnerConnections;
  session: OwnerSession;
  pool: BrowserPool;
  artifacts: Pick<Artifacts, 'put' | 'discard'>;
}

/** Starts to claim runs; the first of them after a browser was started as a test. `resources` ends what goes with it. */
export async function startRunner(
  given: RunnerStart,
  { log, resources }: Pick<ServiceContext, 'log' | 'resources'>,
): Promise<Runner> {
  const { incarnation, connections, pool } = given;
  const { id: owner, config, timing, slots, sealKeys } = incarnation;
  let runner: Runner | undefined;
  const launches = resources.use(
    createLaunchHealth({ log, testLaunch: () => pool.testLaunch(), onReady: () => runner?.look() }),
  );
  const report = (): RunnerReport => ({
    browsers: pool.describe().browsers.length,
    unavailable: runner ? runner.unavailable : 'starting',
    trouble: launches.trouble,
  });
  const leases = resources.use(
    keepLeases(given, report, (error) => log.warn({ err: error }, 'a heartbeat failed')),
  );
  await launches.tried;
  runner = createRunner({
    sql: connections.sql,
    claims: connections.claims,
    bus: connections.bus,
    log,
    owner,
    leases,
    slots: slots.count,
    labels: config.GHOSTLY_LABELS,
    leaseMs: timing.lease,
    limits: limitsOf(config),
    unfit: () => unfit(given, launches, leases),
    actorDeps: { openBrowser: browserOpener(given, launches), closeMs: timing.grace, sealKeys },
  });
  return runner;
}

function unfit(
  { connections, session, pool }: RunnerStart,
  launches: LaunchHealth,
  leases: LeaseKeeper,
): UnavailableCode | undefined {
  // Others could not see that this process lives.
  if (!session.held) return 'no_session';
  if (!launches.ready) return 'no_browser';
  if (!pool.hasEgress) return 'no_egress';
  // A run that is longer than the fence would be lost; and more runs would wait longer for their commits, as would those here.
  return leases.canRenew && connections.keepsUp() ? undefined : 'slow_database';
}

function keepLeases(
  { incarnation, connections, session }: RunnerStart,
  report: () => RunnerReport,
  onError: (error: unknown) => void,
): LeaseKeeper {
  const { id: owner, timing } = incarnation;
  return createLeaseKeeper({
    heartbeatMs: timing.heartbeat,
    fenceMs: timing.fence,
    heartbeat: (actors) =>
      heartbeat(session.statements ?? connections.spare, owner, actors, timing.lease, report()),
    now: () => performance.now(),
    onError,
  });
}

function browserOpener(
  { incarnation, connections, pool, artifacts }: RunnerStart,
  launches: LaunchHealth,
): LiveRunsDeps['actorDeps']['openBrowser'] {
  const { config, id: owner } = incarnation;
  const limits = { keep: artifacts, sql: connections.sql, config };
  const showLive = createShowLive(connections.frames);
  return ({ id: runId, projectId, epoch, plan: flow, traceparent }, own, abandoned) => {
    const ofRun = limitsOfRun(limits, projectId);
    const logFields = runFields({ runId, owner, epoch, traceparent });
    const uploadFolders = uploadFoldersOf(config.GHOSTLY_UPLOAD_DIR, projectId);
    const request = {
      runId,
      projectId,
      flow,
      epoch,
      artifacts: ofRun,
      uploadFolders,
      logFields,
      showLive,
      ...own,
      abandoned,
    };
    return launches.watch(pool.open(request));
  };
}
