/*
 * Ends or requeues runs without a live actor: loads a run, decides, replays its machine and commits. Never starts an
 * effect. The guards are in the statements (I1, I2, I3): a run that has changed meanwhile is loaded again.
 */
import {
  readSupervisedRun,
  type StaleRules,
  type SupervisedRun,
} from '#shared/adapters/database/runs/finalise.ts';
import type { Log } from '#shared/platform/log/log.ts';
import { decide } from './decide.ts';
import { type EndRunDeps, endRun, type Finalised } from './end-run.ts';
import { tellEnding } from './tell-ending.ts';

export interface FinaliserDeps extends EndRunDeps {
  log: Log;
  overdueMs: number;
}

const TRIES = 5;

export function createFinaliser(deps: FinaliserDeps) {
  /** `loaded`: the run, if the caller has just read it with others. `asked`: where in a trace it is asked for. */
  return async function finalise(
    runId: string,
    byCancel: boolean,
    loaded?: SupervisedRun,
    asked?: string,
  ): Promise<Finalised> {
    const rules: StaleRules = { overdueMs: deps.overdueMs, byCancel };
    for (let tries = 0; tries < TRIES; tries++) {
      const run = (tries === 0 && loaded) || (await readSupervisedRun(deps.sql, runId, rules));
      if (!run) return { outcome: 'left', stale: false };
      const decision = decide(run, byCancel);
      if (decision.kind === 'leave') return { outcome: 'left', stale: false };
      if (decision.kind === 'final') return { outcome: 'finalised', stale: run.stale };
      const traced = { run, ending: decision, asked };
      const done = await tellEnding(traced, deps.log, () => endRun(deps, run, decision, rules));
      if (done) return done;
    }
    return { outcome: 'left', stale: false };
  };
}
