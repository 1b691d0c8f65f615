/*
 * What a runner does about runs: takes queued ones while it has free slots, and drains. Owns which runs it leaves alone. Keeps
 * I2: a run is taken again only when its last actor here is gone.
 */
import type { Bus } from '#shared/adapters/bus/bus.ts';
import type { RunLimits } from '#shared/adapters/database/queue/limits.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import type { UnavailableCode } from '#shared/domain/run/unavailable.ts';
import { RecentMap } from '#shared/platform/async/recent-map.ts';
import type { Log } from '#shared/platform/log/log.ts';
import { drainRuns, handBackRuns } from './drain.ts';
import type { LeaseKeeper } from './lease-keeper.ts';
import { createLiveRuns, type LiveRuns, type LiveRunsDeps } from './live-runs.ts';
import { createQueueClaims } from './queue-claims.ts';

export interface RunnerDeps {
  sql: Sql;
  /** The same for claims; it may refuse them. */
  claims: Sql;
  bus: Bus;
  log: Log;
  owner: string;
  slots: number;
  /** Sorted. */
  labels: readonly string[];
  leaseMs: number;
  /** Limits of runs on all runners together. */
  limits: RunLimits;
  leases: LeaseKeeper;
  /** Why it could not carry a run now, free slots or not. */
  unfit(): UnavailableCode | undefined;
  actorDeps: LiveRunsDeps['actorDeps'];
}

export interface Runner {
  readonly busy: number;
  /** Why it claims nothing now. */
  readonly unavailable: UnavailableCode | undefined;
  /** Looks for work now. */
  look(): void;
  /**
   * Stops claiming; waits `drainMs` for its runs, then cancels the rest and waits for their final commits. Resolves early at
   * `failure`, with what it still has.
   */
  drain(drainMs: number, graceMs: number, failure: Promise<void>): Promise<void>;
  /** Stops claiming, and parts with its runs at once: it fails, and cannot carry them out. */
  handBack(graceMs: number): Promise<void>;
}

/** How long the others, which look every second or two, have for a run that no browser started for here. */
const LEAVE_MS = 5_000;

export function createRunner(deps: RunnerDeps): Runner {
  const leftAlone = new RecentMap<string, true>({ keptMs: LEAVE_MS, since: 'set' });
  const runs = createLiveRuns({
    ...deps,
    onReturned: (runId) => leftAlone.set(runId, true),
    onEnded: () => claims.look(),
  });
  const free = () => deps.slots - runs.actors.size;
  let draining = false;
  const unavailable = (): UnavailableCode | undefined => {
    if (draining) return 'draining';
    return deps.unfit() ?? (free() > 0 ? undefined : 'full');
  };
  const claims = createQueueClaims({
    ...deps,
    sql: deps.claims,
    room: () => (unavailable() === undefined ? free() : 0),
    notNow: () => [...idsOf(runs), ...leftAlone.keys()],
    onClaimed: (run, asked) =>
      runs.start(run, asked - (deps.leaseMs - run.leaseLeft), databaseClock(run.now, asked)),
  });
  const stopClaiming = () => {
    draining = true;
    return claims.close();
  };

  claims.look();
  return {
    get busy() {
      return runs.actors.size;
    },
    get unavailable() {
      return unavailable();
    },
    look: claims.look,
    drain: (drainMs, graceMs, failure) =>
      Promise.race([
        failure,
        stopClaiming().then(() => drainRuns({ ...deps, runs }, drainMs, graceMs, failure)),
      ]),
    handBack: (graceMs) => handBackRuns({ ...deps, runs }, graceMs, stopClaiming()),
  };
}

/** A run is taken again only when its last actor here is gone (I2). */
const idsOf = ({ actors }: LiveRuns): string[] => [...actors].map(({ runId }) => runId);

/**
 * The database's time, epoch ms, by the monotonic clock here: what the machines of all runners say can be compared, and
 * a clock that is set moves no deadline. `asked`: the monotonic time just before the statement that returned `at`.
 */
function databaseClock(at: Date, asked: number): () => number {
  const origin = at.getTime() - (asked + performance.now()) / 2;
  return () => Math.round(origin + performance.now());
}
