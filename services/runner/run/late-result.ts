import { type LateReport, recordLateResult } from '#shared/adapters/database/runs/late-result.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import type { NewEvent } from '#shared/domain/events/events.ts';
import { type RunSnapshot, stateOf } from '#shared/domain/run/snapshot.ts';
import { meaningOf } from '#shared/domain/run/states.ts';
import type { Log } from '#shared/platform/log/log.ts';
import type { MoveSink } from './move-sink.ts';

/** What was not stored when a run was lost, and what came after. */
export interface LateResult extends Required<Pick<MoveSink, 'unstored'>> {
  /** `state`: where the run was when it was lost. */
  keep(
    owner: Pick<LateReport, 'runId' | 'epoch' | 'owner' | 'browserClosed'>,
    loss: { why: string; state: string },
  ): Promise<void>;
}

export function createLateResult(sql: Sql, log: Log): LateResult {
  const late: NewEvent[] = [];
  return {
    unstored(entries, before) {
      // After the loss, only the end of the step in flight really happened.
      if (before && !isActing(before)) return;
      late.push(...entries.flatMap(({ events }) => events).filter((event) => !isAnnouncement(event)));
    },
    async keep(owner, loss) {
      const result = { ...loss, events: late };
      await recordLateResult(sql, { ...owner, result }).catch((error: unknown) =>
        log.warn({ err: error }, 'the late result could not be kept'),
      );
    },
  };
}

/** A step of the flow has begun, and no cancel has interrupted it. */
export const isActing = (snapshot: RunSnapshot): boolean =>
  isStep(stateOf(snapshot)) && !snapshot.context.announced;

const isStep = (state: string): boolean => meaningOf(state).waitsFor === 'step';

/** A step that was announced has not begun, if the commit of that never came. */
const isAnnouncement = (event: NewEvent): boolean =>
  event.type === 'step_start' || (event.type === 'transition' && isStep(event.payload.to));
