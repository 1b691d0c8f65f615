import { findSweepable, readSupervisedRuns, type SupervisedRun } from '#shared/database/runs/finalise.ts';
import type { Sql } from '#shared/database/sql.ts';
import type { Log } from '#shared/process/log.ts';
import type { Finalised } from './finaliser.ts';

export interface SweepDeps {
  sql: Sql;
  log: Log;
  overdueMs: number;
  /** Once it is aborted, what is in hand is ended, and the rest left to the next leader. */
  stopping: AbortSignal;
  finalise(runId: string, byCancel: boolean, loaded: SupervisedRun): Promise<Finalised>;
  /** Called after each page with the runs that are final by now, and with those that wait for a runner again. */
  onWritten(written: Written): void;
}

export interface Written {
  ended: string[];
  requeued: string[];
}

/** Loaded at once and ended one by one: what moved on meanwhile is refused, and loaded again. */
const PAGE = 100;
const AT_ONCE = 8;

/** One sweep (I5): ends every run that has lost its actor. One bad run stops no other. Returns how many it ended or put back into the queue. */
export async function sweep(deps: SweepDeps): Promise<number> {
  const rules = { overdueMs: deps.overdueMs, byCancel: false };
  const leftOut: string[] = [];
  let total = 0;
  for (;;) {
    const ids = await findSweepable(deps.sql, rules, PAGE, leftOut);
    const runs = ids.length > 0 ? await readSupervisedRuns(deps.sql, ids, rules) : [];
    const written = await endAll(deps, runs);
    const done = new Set([...written.ended, ...written.requeued]);
    total += done.size;
    if (done.size > 0) deps.onWritten(written);
    if (ids.length < PAGE || deps.stopping.aborted) return total;
    // In somebody's hands, or broken: the next sweep comes back to them.
    leftOut.push(...ids.filter((id) => !done.has(id)));
  }
}

async function endAll({ finalise, log, stopping }: SweepDeps, runs: SupervisedRun[]): Promise<Written> {
  const queue = [...runs];
  const written: Written = { ended: [], requeued: [] };
  const worker = async () => {
    for (let run = queue.pop(); run && !stopping.aborted; run = queue.pop()) {
      const runId = run.id;
      try {
        const { outcome, stale } = await finalise(runId, false, run);
        if (outcome === 'left') continue;
        if (outcome === 'requeued') {
          written.requeued.push(runId);
          log.warn({ runId }, 'its runner is lost: the run starts again');
          continue;
        }
        written.ended.push(runId);
        log.info({ runId, stale }, 'ended a run without a live actor');
      } catch (error) {
        log.warn({ err: error, runId }, 'this run could not be ended now');
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return written;
}
