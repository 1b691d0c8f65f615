import type { EventStep } from '#shared/domain/events/step-events.ts';
import type { StepSpan } from '#shared/domain/story/history.ts';
import { countSteps, type Moment } from '#shared/domain/story/moment.ts';

export interface StepRows {
  /** The steps that had begun, as they were at the moment. */
  begun: readonly StepSpan[];
  /** Had not begun by then, and have by now. */
  later: readonly StepSpan[];
  /** The steps of the flow that have not begun at all. */
  planned: readonly { index: number; step: EventStep }[];
  /** How many more there are: all of them where the flow is not known, else the check of its victory. */
  unknown: number;
}

type StepsOf = Pick<Moment, 'seq' | 'steps' | 'attempt'>;

/** What a list of all steps shows at a moment; `newest` is the last there is. */
export function stepRowsOf(
  moment: StepsOf,
  newest: StepsOf,
  plan: readonly EventStep[] | undefined,
  stepCount: number | undefined,
): StepRows {
  const later = newest.steps.filter(({ began }) => began.seq > moment.seq);
  const { begun } = countSteps(newest);
  const own = newest.steps.filter(({ phase, attempt }) => phase === 'flow' && attempt === newest.attempt);
  // A person may have let it go on elsewhere: what follows the step that began last is ahead.
  const at = own.at(-1)?.index ?? begun - 1;
  const planned = (plan ?? []).map((step, index) => ({ index, step })).slice(at + 1);
  const known = Math.max(at + 1, plan?.length ?? 0);
  const unknown = Math.max(0, (stepCount ?? known) - known);
  return { begun: moment.steps, later, planned, unknown };
}
