/*
 * Claims queued runs while it has free slots, and drains. Owns the set of live actors; each actor owns its run. Keeps I2
 * (of one run it has one actor at a time, also while one that has lost it still closes its browser) and
 * I5 (every second it looks for work on its own, whether or not it was notified) and the drain of the design.
 */
import { createSerialTask } from '#shared/async/serial-task.ts';
import type { Bus } from '#shared/bus/bus.ts';
import { subjects } from '#shared/bus/subjects.ts';
import { type ClaimedRun, claimNext, findLostClaims } from '#shared/database/runs/claim.ts';
import { failBroken } from '#shared/database/runs/fail-broken.ts';
import { isLimited, type RunLimits } from '#shared/database/runs/limits.ts';
import { recordCancelRequest } from '#shared/database/runs/record-cancel.ts';
import { DatabaseUnavailableError, type Sql } from '#shared/database/sql.ts';
import type { Log } from '#shared/process/log.ts';
import { settlesWithin } from '#shared/process/settles-within.ts';
import { serveCommands } from '../run/commands.ts';
import { type RunActor, type RunActorDeps, startRunActor } from '../run/run-actor.ts';
import { createGivenUp } from './given-up.ts';
import type { LeaseKeeper } from './lease-keeper.ts';
import { createLeftAlone } from './left-alone.ts';
import { createLostClaims } from './lost-claims.ts';

export interface RunnerDeps {
  sql: Sql;
  bus: Bus;
  log: Log;
  owner: string;
  slots: number;
  leaseMs: number;
  /** Of `sql`: how long the server may work on a statement that nobody waits for any more. */
  statementTimeoutMs: number;
  /** Of runs on runners, on all of them together. */
  limits: RunLimits;
  leases: LeaseKeeper;
  /** Whether others can see that this process lives; until then it takes no new run. */
  sessionHeld(): boolean;
  /** Whether a run could be given a browser; until then it takes none. */
  browsersStart(): boolean;
  actorDeps: Omit<RunActorDeps, 'sql' | 'bus' | 'log' | 'owner' | 'leaseHolds' | 'releaseLease' | 'now'>;
}

export interface Runner {
  readonly busy: number;
  /** Looks for work now. */
  look(): void;
  /** Stops claiming; waits `drainMs` for its runs, then cancels the rest and waits for their final commits. */
  drain(drainMs: number, graceMs: number): Promise<void>;
}

const LOOK_MS = 1_000;
/** How long the others, which look each second, have for a run that no browser started for here. */
const LEAVE_MS = 5_000;
/** How long the last entries of ended runs may take to reach NATS when the runner leaves; the relay has the rest. */
const PUBLISH_MS = 1_000;
const PUBLISH_LONG_MS = 60_000;

/**
 * The database's time, epoch ms, by the monotonic clock here: what the machines of all runners say can be compared, and
 * a clock that is set moves no deadline. `asked`: the monotonic time just before the statement that told `at`.
 */
function databaseClock(at: Date, asked: number): () => number {
  const origin = at.getTime() - (asked + performance.now()) / 2;
  return () => Math.round(origin + performance.now());
}

export function createRunner(deps: RunnerDeps): Runner {
  const { sql, bus, log, owner, slots, leases } = deps;
  /** By identity: those that have lost their run are among them until their browser is closed. */
  const actors = new Set<RunActor>();
  const publishing = new Set<RunActor>();
  const givenUp = createGivenUp(2 * deps.leaseMs);
  const leftAlone = createLeftAlone(LEAVE_MS);
  let draining = false;
  /** The last claim: whether it found a run, which has then been started. */
  let lastClaim: Promise<boolean> = Promise.resolve(false);
  const lostClaims = createLostClaims({
    find: () => findLostClaims(sql, owner, runsHere()),
    claimAnswered: () => lastClaim.catch(() => undefined),
    settleMs: deps.statementTimeoutMs,
    forgetMs: 2 * deps.leaseMs,
    isKnown: givenUp.has,
    onFound({ leaseLeft, ...run }, asked) {
      start(run, asked - (deps.leaseMs - leaseLeft), databaseClock(run.now, asked));
    },
    onSure: () => look(),
    onError: (error) => log.warn({ err: error }, 'could not look for lost claims'),
  });

  /** A run is started again only when its last actor here is gone (I2). */
  const runsHere = () => [...actors].map(({ runId }) => runId);

  const notNow = () => [...runsHere(), ...leftAlone.ids()];

  const isFree = () => actors.size + lostClaims.inDoubt < slots;

  const claim = async () => {
    while (!draining && isFree() && deps.sessionHeld() && deps.browsersStart()) {
      lastClaim = claimOne();
      if (!(await lastClaim)) break;
    }
    return LOOK_MS;
  };

  const claims = createSerialTask(claim, (error) => {
    log.warn({ err: error }, 'could not claim');
    return LOOK_MS;
  });
  const look = () => void claims.run();

  const claimOne = async () => {
    const since = performance.now();
    try {
      const run = await claimNext(sql, owner, deps.leaseMs, deps.limits, notNow());
      if (run) start(run, since, databaseClock(run.now, since));
      return run !== undefined;
    } catch (error) {
      if (error instanceof DatabaseUnavailableError && error.mayHaveTakenEffect) lostClaims.doubt();
      throw error;
    }
  };

  const start = (run: ClaimedRun, since: number, now: () => number) => {
    log.info({ runId: run.id, epoch: run.epoch }, 'claimed');
    lostClaims.heard(run);
    let actor: RunActor;
    try {
      actor = startRunActor(
        {
          ...deps.actorDeps,
          ...{ sql, bus, log, owner, now },
          ...{ leaseHolds: leases.holds, releaseLease: leases.release },
        },
        run,
      );
    } catch (error) {
      log.error({ err: error, runId: run.id }, 'this run cannot be started');
      givenUp.note({ runId: run.id, epoch: run.epoch });
      void endUnstartable(run, error);
      return;
    }
    actors.add(actor);
    leases.keep(actor, since);
    const commands = serveCommands(bus, actor);
    void actor.ended.then(() => {
      commands.stop();
      leases.release(actor);
      actors.delete(actor);
      // A claim that arrived late may have taken the run that this one had.
      if (actor.lost) {
        givenUp.note(actor);
        lostClaims.doubt();
      }
      if (actor.returned) leftAlone.note(run.id);
      log.info({ runId: run.id, state: actor.state }, 'ended');
      // It, or the next run with its key, may be for a runner that has nothing else to wake it.
      if (actor.returned || run.concurrencyKey !== null || isLimited(deps.limits))
        bus.publish(subjects.runQueued, {});
      publishing.add(actor);
      void actor.finishPublishing(PUBLISH_LONG_MS).then(() => publishing.delete(actor));
      look();
    });
  };

  /** At once, since it will be no better later; if it cannot be, the supervisor does it when the lease is over. */
  const endUnstartable = async ({ id: runId, epoch }: ClaimedRun, cause: unknown) => {
    const error = `this run cannot be started: ${cause instanceof Error ? cause.message : String(cause)}`;
    await failBroken(sql, { runId, owner, epoch, error }).catch((reason: unknown) =>
      log.warn({ err: reason, runId }, 'the end of this run is left to the supervisor'),
    );
    // Another one may have waited for it.
    bus.publish(subjects.runQueued, {});
  };

  const notifications = bus.subscribe(subjects.runQueued, look);
  look();

  const allEnded = () => Promise.all([...actors].map((actor) => actor.ended));

  const cancelRest = async () => {
    await Promise.allSettled(
      [...actors].map(async (actor) => {
        const cancel = { by: 'shutdown', mode: 'graceful', reason: 'the runner is shutting down' } as const;
        // What is recorded counts: a user may have asked before.
        const heldBy = { owner, epoch: actor.epoch };
        const recorded = await recordCancelRequest(sql, { runId: actor.runId, ...cancel, heldBy });
        if (recorded) actor.cancel(recorded.cancel, 'command');
      }),
    );
  };

  return {
    get busy() {
      return actors.size;
    },
    look,
    async drain(drainMs, graceMs) {
      draining = true;
      notifications.stop();
      await Promise.all([claims.close(), lostClaims.stop()]);
      log.info({ runs: actors.size, drainMs }, 'draining');
      if (!(await settlesWithin(allEnded(), drainMs))) {
        await cancelRest();
        if (!(await settlesWithin(allEnded(), 2 * graceMs)))
          await Promise.all([...actors].map((actor) => actor.fence('the runner is leaving')));
      }
      await Promise.all([...publishing].map((actor) => actor.finishPublishing(PUBLISH_MS)));
    },
  };
}
