import { findSweepable } from '#shared/database/runs/finalise.ts';
import type { Sql } from '#shared/database/sql.ts';
import type { Log } from '#shared/process/log.ts';
import type { Finalised } from './finaliser.ts';

export interface SweepDeps {
  sql: Sql;
  log: Log;
  overdueMs: number;
  finalise(runId: string, byCancel: boolean): Promise<Finalised>;
  onFinalised(runId: string): void;
  onRequeued(runId: string): void;
}

const PAGE = 200;
const AT_ONCE = 4;

/** One sweep (I5): ends every run that has lost its actor. One bad run stops no other. Returns how many it ended or put back into the queue. */
export async function sweep(deps: SweepDeps): Promise<number> {
  let total = 0;
  for (;;) {
    const ids = await findSweepable(deps.sql, { overdueMs: deps.overdueMs, byCancel: false }, PAGE);
    const ended = await endAll(deps, ids);
    total += ended;
    // What is left of a full page is in somebody's hands or broken: the next sweep comes back to it.
    if (ids.length < PAGE || ended === 0) return total;
  }
}

async function endAll({ finalise, onFinalised, onRequeued, log }: SweepDeps, ids: string[]): Promise<number> {
  const queue = [...ids];
  let ended = 0;
  const worker = async () => {
    for (let runId = queue.pop(); runId !== undefined; runId = queue.pop()) {
      try {
        const { outcome, stale } = await finalise(runId, false);
        if (outcome === 'left') continue;
        ended++;
        if (outcome === 'requeued') {
          onRequeued(runId);
          log.warn({ runId }, 'its runner is lost: the run starts again');
          continue;
        }
        onFinalised(runId);
        log.info({ runId, stale }, 'ended a run without a live actor');
      } catch (error) {
        log.warn({ err: error, runId }, 'this run could not be ended now');
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return ended;
}
