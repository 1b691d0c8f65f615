/* The duties of the supervisor that leads, as one table: how often, what, and the log's words for a failure. */
import type { Artifacts } from '#shared/adapters/artifacts/artifacts.ts';
import type { Bus } from '#shared/adapters/bus/bus.ts';
import { subjects } from '#shared/adapters/bus/subjects.ts';
import { daysAreDue, keepDays } from '#shared/adapters/database/days/keep.ts';
import { readLiveRuns } from '#shared/adapters/database/run-views/live-runs.ts';
import { dueMinute, takeSample } from '#shared/adapters/database/run-views/samples.ts';
import { indexDue } from '#shared/adapters/database/search/keep.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import type { Config } from '#shared/platform/config/config.ts';
import { databaseAddress } from '#shared/platform/config/database-address.ts';
import type { READ_BY } from '#shared/platform/config/services.ts';
import type { Timing } from '#shared/platform/config/timing.ts';
import type { Log } from '#shared/platform/log/log.ts';
import type { SupervisorConnections } from './connections.ts';
import { type Duty, type DutyDeps, startDuties } from './duty.ts';
import { createPodCosts } from './pods/tell-costs.ts';
import { relay } from './relay.ts';
import { retentionDuties } from './retention.ts';
import { lookAtSchedules, settleSchedules } from './schedules/look-at-schedules.ts';
import { type SweepDeps, sweep } from './sweep.ts';
import { openDispatch } from './webhooks/open-dispatch.ts';

interface LeaderDeps extends DutyDeps {
  config: Config<(typeof READ_BY.supervisor)[number]>;
  /** The operator's own proxies are in it. */
  env: NodeJS.ProcessEnv;
  connections: SupervisorConnections;
  artifacts: Artifacts;
  bus: Bus;
  timing: Timing;
  finalise: SweepDeps['finalise'];
  /** Quiet once this process stops: what is given up then is left to the next leader. */
  log: Log;
  /** The log of sweeps and webhooks, which end what is under way. */
  endingLog: Log;
  stopping: AbortSignal;
}

type Wake = (duty: 'relay' | 'webhooks') => void;

export function startLeaderDuties(deps: LeaderDeps): void {
  const wake: Wake = (duty): void => loops[duty].wake();
  const loops = startDuties(dutiesOf(deps, wake), deps);
}

function dutiesOf(deps: LeaderDeps, wake: Wake) {
  const { config, connections, artifacts, bus, timing, finalise, log, endingLog, stopping } = deps;
  const { GHOSTLY_RETENTION_DAYS: days, GHOSTLY_WEBHOOK_LOG_DAYS: webhookDays } = config;
  const { sweeps, relay: relayed, webhooks, upkeep: sql } = connections;
  const onWritten = () => {
    bus.publish(subjects.runQueued, {});
    wake('relay');
  };
  const sweeping = { sql: sweeps, log: endingLog, overdueMs: timing.overdue, stopping, finalise, onWritten };
  const costs = createPodCosts(config, sql);
  const dispatch = openDispatch({ ...deps, sql: webhooks, log: endingLog, onRoom: () => wake('webhooks') });
  return {
    sweep: {
      everyMs: timing.sweep,
      work: () => sweep(sweeping),
      failure: 'this sweep failed',
      log: endingLog,
    },
    relay: {
      everyMs: timing.sweep,
      work: () => relay({ sql: relayed, log, bus, stopping }),
      failure: 'this relay round failed',
    },
    ...upkeepDuties(deps),
    webhooks: {
      everyMs: 500,
      work: dispatch.look,
      failure: 'could not look for what is due to webhooks',
      log: endingLog,
    },
    ...scheduleDuties(deps),
    podCosts: podCostsDuty(costs),
    ...retentionDuties({ sql, artifacts, stopping, days, webhookDays }),
  };
}

const upkeepDuties = (deps: LeaderDeps) => ({
  // Days are made ahead, so it may fail for days.
  days: {
    everyMs: 60_000,
    work: () => makeDays(deps),
    failure: 'could not make the partitions of the days to come',
  },
  search: {
    everyMs: 1_000,
    work: () => keepSearch(deps.connections.upkeep, deps.leadership.isLeading),
    failure: 'could not index runs for searches',
  },
  // Often enough that no minute is left out.
  samples: {
    everyMs: 15_000,
    work: () => keepSamples(deps.connections.figures, deps.timing.silent),
    failure: 'could not store what the system is like',
  },
});

async function makeDays({ connections: { upkeep }, config, stopping }: LeaderDeps): Promise<void> {
  if (await daysAreDue(upkeep)) await keepDays(databaseAddress(config).sessionUrl, stopping);
}

/** Often, so that runs start within a second of their time. */
const scheduleDuties = ({ connections: { schedules: sql }, log, leadership }: LeaderDeps) => ({
  schedules: {
    everyMs: 500,
    work: () => lookAtSchedules(sql, log, leadership.isLeading),
    failure: 'could not look which schedules are due',
  },
  scheduleEnds: {
    everyMs: 1_000,
    work: () => settleSchedules(sql, leadership.isLeading),
    failure: 'could not note how runs of schedules ended',
  },
});

const podCostsDuty = ({ tell, forget }: ReturnType<typeof createPodCosts>): Duty => ({
  everyMs: 5_000,
  work: tell,
  rest: forget,
  failure: 'could not tell Kubernetes what the deletion of each pod costs',
  recovery: 'Kubernetes hears again what the deletion of each pod costs',
});

/** Stores once a minute what the system is like, for the last hour that pages show. */
export async function keepSamples(sql: Sql, silentMs: number): Promise<void> {
  const minute = await dueMinute(sql);
  if (minute) await takeSample(sql, { minute, live: await readLiveRuns(sql), silentMs });
}

/** Most batches of one turn, so that other background work waits no longer. */
const MOST_BATCHES = 10;

/** Indexes what can be searched. */
async function keepSearch(sql: Sql, mayGoOn: () => boolean): Promise<void> {
  for (let n = 0; n < MOST_BATCHES && mayGoOn(); n += 1) {
    if (!(await indexDue(sql))) return;
  }
}
