/*
 * The runs of this runner. Owns the actor of each from claim to end, with its lease, commands and publishing. Keeps I2: a
 * run has one actor at a time here, also while one that lost the run still closes its browser.
 */
import type { Bus } from '#shared/adapters/bus/bus.ts';
import { subjects } from '#shared/adapters/bus/subjects.ts';
import { isLimited, type RunLimits } from '#shared/adapters/database/queue/limits.ts';
import type { ClaimedRun } from '#shared/adapters/database/runs/claim.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import type { Log } from '#shared/platform/log/log.ts';
import { runFields } from '#shared/platform/log/run-fields.ts';
import { METRICS } from '#shared/platform/metrics/instruments.ts';
import { tellClaim } from '#shared/platform/traces/run-trace.ts';
import type { RunActor, RunActorDeps } from '../run/actor.ts';
import { serveCommands } from '../run/commands.ts';
import { endBroken } from '../run/end-broken.ts';
import { startRunActor } from '../run/run-actor.ts';
import type { LeaseKeeper } from './lease-keeper.ts';

export interface LiveRunsDeps {
  sql: Sql;
  bus: Bus;
  log: Log;
  owner: string;
  limits: RunLimits;
  leases: LeaseKeeper;
  actorDeps: Omit<RunActorDeps, 'sql' | 'bus' | 'log' | 'owner' | 'leaseHolds' | 'releaseLease' | 'now'>;
  /** It has requeued a run: no browser started for it here, but one may start elsewhere. */
  onReturned(runId: string): void;
  /** A slot is free again. */
  onEnded(): void;
}

export interface LiveRuns {
  /** Kept by identity: those that have lost their run are among them until their browser is closed. */
  readonly actors: ReadonlySet<RunActor>;
  /** `since`: the monotonic time from which its lease counts, at the latest. `now`: the database's time. */
  start(run: ClaimedRun, since: number, now: () => number): void;
  /** Resolves when all that are live now have ended. */
  allEnded(): Promise<unknown>;
  /** Publishes the last entries of ended runs for at most `ms`; the relay has the rest. */
  finishPublishing(ms: number): Promise<unknown>;
}

const PUBLISH_LONG_MS = 60_000;

export const createLiveRuns = (deps: LiveRunsDeps): LiveRuns => new Runs(deps);

class Runs implements LiveRuns {
  readonly actors = new Set<RunActor>();
  readonly #publishing = new Set<RunActor>();
  readonly #deps: LiveRunsDeps;

  constructor(deps: LiveRunsDeps) {
    this.#deps = deps;
  }

  start(run: ClaimedRun, since: number, now: () => number): void {
    const { bus, leases } = this.#deps;
    const log = this.#logOf(run);
    METRICS.claimed.add({});
    log.info({}, 'claimed');
    let actor: RunActor;
    try {
      actor = this.#startActor(run, now, log);
    } catch (error) {
      log.error({ err: error }, 'this run cannot be started');
      void this.#endUnstartable(run, error, { log, now });
      return;
    }
    this.actors.add(actor);
    leases.keep(actor, since);
    const commands = serveCommands(bus, actor);
    void actor.ended.then(() => {
      commands.stop();
      this.#end(actor, run, log);
    });
  }

  allEnded(): Promise<unknown> {
    return Promise.all([...this.actors].map((actor) => actor.ended));
  }

  finishPublishing(ms: number): Promise<unknown> {
    return Promise.all([...this.#publishing].map((actor) => actor.finishPublishing(ms)));
  }

  #logOf({ id: runId, ...run }: ClaimedRun): Log {
    const { log, owner } = this.#deps;
    return log.child(runFields({ runId, ...run, owner }));
  }

  #startActor(run: ClaimedRun, now: () => number, log: Log): RunActor {
    const { actorDeps, sql, bus, owner, leases } = this.#deps;
    const lease = {
      leaseHolds: (actor: RunActor) => leases.holds(actor),
      releaseLease: (actor: RunActor) => leases.release(actor),
    };
    return startRunActor({ ...actorDeps, sql, bus, log, owner, now, ...lease }, run);
  }

  #end(actor: RunActor, run: ClaimedRun, log: Log): void {
    const { bus, limits, leases, onReturned, onEnded } = this.#deps;
    leases.release(actor);
    this.actors.delete(actor);
    if (actor.returned) onReturned(run.id);
    log.info({ state: actor.state }, 'ended');
    if (actor.returned) bus.publish(subjects.runReturned, {});
    // The next run with its key, or within its limits, may be for a runner that has nothing else to wake it.
    // One that was parked may have been answered meanwhile.
    if (actor.parked || run.concurrencyKey !== null || isLimited(limits)) bus.publish(subjects.runQueued, {});
    this.#publishing.add(actor);
    void actor.finishPublishing(PUBLISH_LONG_MS).then(() => this.#publishing.delete(actor));
    onEnded();
  }

  async #endUnstartable(
    { id: runId, epoch, traceparent, now: claimedAt }: ClaimedRun,
    cause: unknown,
    { log, now }: { log: Log; now: () => number },
  ): Promise<void> {
    const { sql, bus, owner } = this.#deps;
    const error = `this run cannot be started: ${cause instanceof Error ? cause.message : String(cause)}`;
    const claim = { runId, traceparent, owner, epoch, from: claimedAt.getTime() };
    await endBroken({ sql, log }, { runId, owner, epoch, error }, (code) =>
      tellClaim({ ...claim, to: now(), error: code }),
    );
    // Another one may have waited for it.
    bus.publish(subjects.runQueued, {});
  }
}
