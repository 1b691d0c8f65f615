import { type LateReport, recordLateResult } from '#shared/database/runs/late-result.ts';
import type { Sql } from '#shared/database/sql.ts';
import type { Log } from '#shared/process/log.ts';
import { type RunSnapshot, stateOf } from '#shared/run/snapshot.ts';
import { meaningOf } from '#shared/run/states.ts';
import type { MoveSink } from './move-sink.ts';
import type { TransitionEntry } from './transition-entry.ts';

/** What was not stored when a run was lost, and what came after. */
export interface LateResult extends Required<Pick<MoveSink, 'unstored'>> {
  /** `state`: where the run was when it was lost. */
  keep(
    owner: Pick<LateReport, 'runId' | 'epoch' | 'owner' | 'browserClosed'>,
    loss: { why: string; state: string },
  ): Promise<void>;
}

export function createLateResult(sql: Sql, log: Log): LateResult {
  const late: TransitionEntry[] = [];
  return {
    unstored(entries, before) {
      // Of what comes after the loss only the end of that step happened.
      if (before && !isActing(before)) return;
      // A step that was announced has not begun: its commit never came.
      late.push(...entries.filter(({ ahead }) => !ahead));
    },
    async keep(owner, loss) {
      const result = { ...loss, events: late.flatMap(({ events }) => events) };
      await recordLateResult(sql, { ...owner, result }).catch((error: unknown) =>
        log.warn({ err: error }, 'the late result could not be kept'),
      );
    },
  };
}

/** A step of the flow is under way, and nobody stops it. */
export const isActing = (snapshot: RunSnapshot): boolean => meaningOf(stateOf(snapshot)).waitsFor === 'step';
