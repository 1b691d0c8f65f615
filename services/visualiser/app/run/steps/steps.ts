import type { EventStep } from '#shared/domain/events/step-events.ts';
import type { StepSpan } from '#shared/domain/story/history.ts';
import { countSteps, type Moment } from '#shared/domain/story/moment.ts';

interface PlannedStep {
  index: number;
  step: EventStep;
}

export interface StepRows {
  /** The steps that had begun, as they were at the moment. */
  begun: readonly StepSpan[];
  /** Had not begun by then, and have by now. */
  later: readonly StepSpan[];
  /** The steps that the run which this one is forked off has done. */
  carried: readonly PlannedStep[];
  /** The steps of the flow that have not begun at all. */
  planned: readonly PlannedStep[];
  /** How many more there are: all of them where the flow is not known, else the check of its victory. */
  unknown: number;
}

type StepsOf = Pick<Moment, 'seq' | 'steps' | 'attempt'>;

/** What a list of all steps shows at a moment; `newest` is the last there is, `begins` the step that the run begins with. */
export function stepRowsOf(
  moment: StepsOf,
  newest: StepsOf,
  plan: readonly EventStep[] | undefined,
  stepCount: number | undefined,
  begins = 0,
): StepRows {
  const later = newest.steps.filter(({ began }) => began.seq > moment.seq);
  const { begun } = countSteps(newest);
  const own = newest.steps.filter(({ phase, attempt }) => phase === 'flow' && attempt === newest.attempt);
  // A person may have let it go on elsewhere: what follows the step that began last is ahead.
  const at = own.at(-1)?.index ?? begins + begun - 1;
  const all = (plan ?? []).map((step, index) => ({ index, step }));
  const known = Math.max(at + 1, all.length);
  const unknown = Math.max(0, (stepCount ?? known) - known);
  const [carried, planned] = [all.slice(0, begins), all.slice(at + 1)];
  return { begun: moment.steps, later, carried, planned, unknown };
}
