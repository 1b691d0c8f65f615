/* What the events of a run tell of its steps: each from its beginning to its end, with what its page said meanwhile. Pure. */
import type { EventOf } from '#shared/domain/events/events.ts';
import { neverBegan } from '#shared/domain/events/never-began.ts';
import type { StepPhase } from '#shared/domain/run/status.ts';
import type { FailureFacts, PauseSpan, Point, StepOutcome, StepSpan } from './history.ts';
import type { PastEvent } from './when.ts';

type StepStart = PastEvent & { type: 'step_start' | 'cleanup_start' };
type StepEnd = PastEvent & { type: 'step_success' | 'step_failure' | 'cleanup_success' | 'cleanup_failure' };

type OfStep = StepStart | StepEnd | (PastEvent & { type: 'page_said' | 'waiting_for_person' | 'resumed' });

/** What an event tells of a step. */
export function tellStep(steps: StepSpan[], event: OfStep, point: Point, attempt: number): void {
  switch (event.type) {
    case 'step_start':
    case 'cleanup_start':
      steps.push(begunSpan(event, attempt, point));
      return;
    case 'page_said':
      addSaid(steps, event, point);
      return;
    case 'waiting_for_person':
    case 'resumed':
      addQuestion(steps, event, point);
      return;
    default:
      endStep(steps, event, point);
  }
}

const begunSpan = ({ type, stepIndex, payload }: StepStart, attempt: number, began: Point): StepSpan => ({
  index: stepIndex,
  phase: type === 'step_start' ? 'flow' : 'onCancel',
  attempt,
  step: payload.step,
  began,
  outcome: 'running',
});

/** -1 of one that began before the first of the events that are known. */
const lastOf = (steps: readonly StepSpan[], phase: StepPhase, index: number): number =>
  steps.findLastIndex((step) => step.phase === phase && step.index === index);

function addSaid(steps: StepSpan[], { stepIndex, payload }: EventOf<'page_said'>, point: Point): void {
  const n = lastOf(steps, payload.phase ?? 'flow', stepIndex);
  const step = steps[n];
  const said = payload.said.map((one) => ({ ...one, ...point }));
  if (step) steps[n] = { ...step, said: [...(step.said ?? []), ...said] };
}

/** What a step asks people, and how the run went on, from a step that has failed, too. */
function addQuestion(
  steps: StepSpan[],
  { type, stepIndex, payload }: EventOf<'waiting_for_person'> | EventOf<'resumed'>,
  point: Point,
): void {
  const n = lastOf(steps, 'flow', stepIndex);
  const step = steps[n];
  if (!step) return;
  if (type === 'resumed') {
    if (payload.why !== 'resumed') steps[n] = { ...step, resumed: { ...payload, ...point } };
    // A step that it leaves behind counts as an optional one that failed.
    else if (step.isHeld && (payload.from ?? 0) > step.index) steps[n] = { ...step, optional: true };
  } else if (payload.why === 'question')
    steps[n] = { ...step, picture: payload.screenshotPath, question: { ...payload, ...point } };
}

/** Nobody has let the run go on: the step that failed has failed it. */
export function failHeld(steps: StepSpan[], { why, stepIndex }: PauseSpan): void {
  const n = why === 'failure' ? lastOf(steps, 'flow', stepIndex) : -1;
  if (n >= 0) steps[n] = { ...steps[n]!, isHeld: undefined };
}

function endStep(steps: StepSpan[], event: StepEnd, ended: Point): void {
  const { type, stepIndex, payload } = event;
  const phase = type === 'step_success' || type === 'step_failure' ? 'flow' : 'onCancel';
  const n = lastOf(steps, phase, stepIndex);
  if (n < 0) return;
  steps[n] = {
    ...steps[n]!,
    ended,
    outcome: outcomeOf(event),
    error: payload.error,
    picture: payload.screenshotPath,
    attempts: payload.attempts,
    skipped: payload.skipped,
    expectation: payload.expectation,
    result: payload.result,
    ...('reason' in payload && { reason: payload.reason }),
    ...('optional' in payload && { optional: payload.optional }),
    ...('held' in payload && { isHeld: payload.held }),
    ...(event.type === 'step_failure' || event.type === 'cleanup_failure' ? factsIn(event.payload) : {}),
  };
}

const FACTS: readonly (keyof FailureFacts)[] = [
  'coveredBy',
  'httpStatus',
  'documents',
  'pendingRequest',
  'nearest',
];

function factsIn(payload: FailureFacts): Pick<StepSpan, 'facts'> {
  const known = FACTS.filter((fact) => payload[fact] !== undefined);
  return known.length > 0 ? { facts: Object.fromEntries(known.map((fact) => [fact, payload[fact]])) } : {};
}

function outcomeOf(event: StepEnd): StepOutcome {
  const { type, payload } = event;
  if (type === 'step_success' || type === 'cleanup_success') return 'ok';
  if (neverBegan(event)) return 'unbegun';
  return 'interrupted' in payload && payload.interrupted ? 'interrupted' : 'failed';
}

/** What had not ended when its attempt was over, or in a state that has no steps of its phase, never will. */
export function endSteps(
  steps: StepSpan[],
  ended: Point,
  isOver: (step: StepSpan) => boolean = () => true,
): void {
  for (const [n, step] of steps.entries())
    if (step.ended === undefined && isOver(step)) steps[n] = { ...step, ended, outcome: 'interrupted' };
}
