/* What further events have brought to a history that was known up to one of them. Pure. */
import type { History, Point, StepOutcome, StepSpan, Visit } from '#shared/domain/story/history.ts';

/** A step of the flow that had begun, and has ended. */
export interface DoneStep extends StepSpan {
  ended: Point;
  outcome: DoneOutcome;
}
export type DoneOutcome = Exclude<StepOutcome, 'running' | 'unbegun'>;

/** A state that was left, for another. */
export interface Stay extends Visit {
  left: Point;
  to: string;
}

export interface News {
  steps: DoneStep[];
  stays: Stay[];
}

/** What came after the event `seq`. */
export function newsSince({ visits, steps }: History, seq: number): News {
  const first = visits.findLastIndex(({ entered }) => entered.seq <= seq);
  return {
    steps: steps.filter(isDone).filter(({ phase, ended }) => phase === 'flow' && ended.seq > seq),
    stays: visits.slice(first).flatMap((visit, n, all) => {
      const next = all[n + 1];
      return next === undefined ? [] : [{ ...visit, left: next.entered, to: next.state }];
    }),
  };
}

const isDone = (step: StepSpan): step is DoneStep =>
  step.ended !== undefined && step.outcome !== 'running' && step.outcome !== 'unbegun';
