import { recordCancelRequest } from '#shared/database/runs/record-cancel.ts';
import type { Sql } from '#shared/database/sql.ts';
import type { Log } from '#shared/process/log.ts';
import { settlesWithin } from '#shared/process/settles-within.ts';
import type { LiveRuns } from './live-runs.ts';

/** How long the last entries of ended runs may take to reach NATS when the runner leaves; the relay has the rest. */
const PUBLISH_MS = 1_000;

export interface DrainDeps {
  sql: Sql;
  log: Log;
  owner: string;
  runs: LiveRuns;
}

/** Waits `drainMs` for the runs of a runner that claims no more, then cancels the rest and waits for their final commits. */
export async function drainRuns(deps: DrainDeps, drainMs: number, graceMs: number): Promise<void> {
  const { log, runs } = deps;
  log.info({ runs: runs.actors.size, drainMs }, 'draining');
  if (!(await settlesWithin(runs.allEnded(), drainMs))) {
    await cancelAll(deps);
    if (!(await settlesWithin(runs.allEnded(), 2 * graceMs)))
      await Promise.all([...runs.actors].map((actor) => actor.fence('the runner is leaving')));
  }
  await runs.finishPublishing(PUBLISH_MS);
}

/** How long the ends of runs may take to be stored. */
const STORE_MS = 2_000;
const FAILED = 'its runner failed: nothing caught an error there';

/** Ends the runs of a runner that fails, or puts them back into the queue; bounded by the time in which a browser is closed or killed. */
export async function handBackRuns({ log, runs }: DrainDeps, graceMs: number): Promise<void> {
  log.info({ runs: runs.actors.size }, 'handing back');
  const all = [...runs.actors].map((actor) => actor.handBack(FAILED));
  await settlesWithin(Promise.all(all), 2 * graceMs + STORE_MS);
  await runs.finishPublishing(PUBLISH_MS);
}

async function cancelAll({ sql, owner, runs }: DrainDeps): Promise<void> {
  await Promise.allSettled(
    [...runs.actors].map(async (actor) => {
      const cancel = { by: 'shutdown', mode: 'graceful', reason: 'the runner is shutting down' } as const;
      // What is recorded counts: a user may have asked before.
      const heldBy = { owner, epoch: actor.epoch };
      const recorded = await recordCancelRequest(sql, { runId: actor.runId, ...cancel, heldBy });
      if (recorded) actor.cancel(recorded.cancel, 'command');
    }),
  );
}
