import { noteLeaving } from '#shared/adapters/database/processes/runners.ts';
import { recordCancelRequest } from '#shared/adapters/database/runs/record-cancel.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { retryUntilDone } from '#shared/platform/async/retry.ts';
import { settlesWithin } from '#shared/platform/async/settles-within.ts';
import type { Log } from '#shared/platform/log/log.ts';
import { runFields } from '#shared/platform/log/run-fields.ts';
import type { RunActor } from '../run/actor.ts';
import type { LiveRuns } from './live-runs.ts';

/** How long the last entries of ended runs may take to reach NATS when the runner leaves; the relay has the rest. */
const PUBLISH_MS = 1_000;
const RECORD_AGAIN = { firstMs: 50, maxMs: 200 };

export interface DrainDeps {
  sql: Sql;
  log: Log;
  owner: string;
  runs: LiveRuns;
}

/**
 * Has the runs of a runner that claims no more parked where they wait for a person, and waits `drainMs` for the others; then
 * cancels the rest and waits for their final commits. Leaves them as they are at `failure`.
 */
export async function drainRuns(
  deps: DrainDeps,
  drainMs: number,
  graceMs: number,
  failure: Promise<void>,
): Promise<void> {
  const { sql, log, owner, runs } = deps;
  // Its heartbeats say that it leaves, in any case.
  const noted = noteLeaving(sql, owner, drainMs).catch((error: unknown) =>
    log.warn({ err: error, owner }, 'when this runner stops its runs could not be stored'),
  );
  const over = () => Promise.race([runs.allEnded(), failure]);
  log.info({ runs: runs.actors.size, drainMs }, 'draining');
  for (const actor of runs.actors) actor.leave();
  if (!(await settlesWithin(over(), drainMs))) {
    await parked(runs, failure);
    const leaving = new AbortController();
    const cancelled = cancelAll(deps, leaving.signal);
    const ended = await settlesWithin(over(), 2 * graceMs);
    leaving.abort();
    const left = ended ? [] : [...runs.actors];
    await Promise.all([cancelled, ...left.map((actor) => actor.fence('the runner is leaving'))]);
  }
  await Promise.all([runs.finishPublishing(PUBLISH_MS), settlesWithin(noted, PUBLISH_MS)]);
}

/** How long a run that waits for a person may take to be parked. */
const PARK_MS = 6_000;

/** Those that can be parked are not cancelled. */
async function parked({ actors }: LiveRuns, failure: Promise<void>): Promise<void> {
  const parking = [...actors].filter(({ mayBeParked }) => mayBeParked).map(({ ended }) => ended);
  if (parking.length > 0) await settlesWithin(Promise.race([Promise.all(parking), failure]), PARK_MS);
}

/** How long the ends of runs may take to be stored. */
const STORE_MS = 2_000;
const FAILED = 'its runner failed: nothing caught an error there';

/** A run that ends already is waited for; then its context is closed, or its browser killed. */
const handingBackMs = (graceMs: number): number => 3 * graceMs + STORE_MS;

/** How long handing back may take with all that goes with it, ms. */
export const handBackMs = (graceMs: number): number => handingBackMs(graceMs) + PUBLISH_MS;

/**
 * Ends the runs of a runner that fails, or puts them back into the queue, in bounded time. `claimed`: the claims under way are
 * answered; what they bring is handed back, too.
 */
export async function handBackRuns(
  { log, runs }: DrainDeps,
  graceMs: number,
  claimed: Promise<unknown>,
): Promise<void> {
  log.info({ runs: runs.actors.size }, 'handing back');
  const begun = new Set<RunActor>();
  const handBack = () => {
    const actors = [...runs.actors].filter((actor) => !begun.has(actor));
    for (const actor of actors) begun.add(actor);
    return Promise.all(actors.map((actor) => actor.handBack(FAILED)));
  };
  await settlesWithin(Promise.all([handBack(), claimed.then(handBack)]), handingBackMs(graceMs));
  await runs.finishPublishing(PUBLISH_MS);
}

/** Tries until each cancel is recorded, its run has ended, or `leaving` is aborted: a run without one would end as stale. */
async function cancelAll({ sql, log, owner, runs }: DrainDeps, leaving: AbortSignal): Promise<void> {
  const cancel = { by: 'shutdown', mode: 'graceful', reason: 'the runner is shutting down' } as const;
  await Promise.allSettled(
    [...runs.actors].map(async (actor) => {
      const { runId, epoch } = actor;
      const ended = new AbortController();
      void actor.ended.then(() => ended.abort());
      const recorded = await retryUntilDone(
        () => recordCancelRequest(sql, { runId, ...cancel, heldBy: { owner, epoch } }),
        RECORD_AGAIN,
        AbortSignal.any([leaving, ended.signal]),
        (error) =>
          log.warn(
            { err: error, ...runFields({ runId, owner, epoch }) },
            'the cancel of a run could not be recorded yet',
          ),
      );
      // What is recorded counts: a user may have asked before.
      if (recorded) actor.cancel(recorded.cancel, 'command');
    }),
  );
}
