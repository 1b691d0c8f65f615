import {
  findSweepable,
  readSupervisedRuns,
  type SupervisedRun,
  SWEEPS,
  type SweepKind,
} from '#shared/adapters/database/runs/finalise.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { createTurns, type Turns } from '#shared/platform/async/turns.ts';
import type { Log } from '#shared/platform/log/log.ts';
import { runFields } from '#shared/platform/log/run-fields.ts';
import { METRICS } from '#shared/platform/metrics/instruments.ts';
import type { Finalised } from './end-run.ts';

export interface SweepDeps {
  sql: Sql;
  log: Log;
  overdueMs: number;
  /** Once aborted, the current page is finished and the rest is left to the next leader. */
  stopping: AbortSignal;
  finalise(runId: string, byCancel: boolean, loaded: SupervisedRun): Promise<Finalised>;
  /** Called after each page with the runs that are final now, and with those that were requeued. */
  onWritten(written: Written): void;
}

interface Written {
  ended: string[];
  requeued: string[];
}

/** Loaded together and ended one by one: a run that has changed meanwhile is refused, and loaded again. */
const PAGE = 100;
const AT_ONCE = 8;

/**
 * One sweep (I5): ends every run that has lost its actor, and returns how many. Neither a run that cannot be ended
 * nor a query that is slow or fails stops the others (I14): its failure is thrown at the end.
 */
export async function sweep(deps: SweepDeps): Promise<number> {
  const turns = createTurns(AT_ONCE);
  const taken = new Set<string>();
  const since = performance.now();
  const swept = await Promise.allSettled(SWEEPS.map((kind) => sweepKind(deps, kind, turns, taken)));
  const failures = swept.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
  METRICS.sweeps.record(performance.now() - since, {
    'ghostly.sweep.result': failures.length > 0 ? 'failed' : 'done',
  });
  if (failures.length > 0) throw failures.length === 1 ? failures[0] : new AggregateError(failures);
  return swept.reduce((total, one) => total + (one.status === 'fulfilled' ? one.value : 0), 0);
}

/** `taken`: runs that another query of this sweep is working on. */
async function sweepKind(
  deps: SweepDeps,
  kind: SweepKind,
  turns: Turns,
  taken: Set<string>,
): Promise<number> {
  const rules = { overdueMs: deps.overdueMs, byCancel: false };
  const leftOut: string[] = [];
  let total = 0;
  for (;;) {
    const found = await findSweepable(deps.sql, kind, rules, PAGE, leftOut);
    const ids = found.filter((id) => !taken.has(id));
    for (const id of ids) taken.add(id);
    const runs = ids.length > 0 ? await readSupervisedRuns(deps.sql, ids, rules) : [];
    const written = await endAll(deps, runs, turns);
    const done = new Set([...written.ended, ...written.requeued]);
    total += done.size;
    if (done.size > 0) deps.onWritten(written);
    if (found.length < PAGE || deps.stopping.aborted) return total;
    // Locked by another transaction, or broken: the next sweep retries them.
    leftOut.push(...found.filter((id) => !done.has(id)));
  }
}

async function endAll(deps: SweepDeps, runs: SupervisedRun[], turns: Turns): Promise<Written> {
  const written: Written = { ended: [], requeued: [] };
  await Promise.all(
    runs.map((run) =>
      turns.take(async () => (deps.stopping.aborted ? undefined : endOne(deps, run, written))),
    ),
  );
  return written;
}

async function endOne({ finalise, log }: SweepDeps, run: SupervisedRun, written: Written): Promise<void> {
  const runId = run.id;
  try {
    const { outcome } = await finalise(runId, false, run);
    if (outcome === 'left') return;
    (outcome === 'requeued' ? written.requeued : written.ended).push(runId);
  } catch (error) {
    log.warn(
      { err: error, ...runFields({ runId, ...run }) },
      'could not end this run; the next sweep retries',
    );
  }
}
