/* What the events of a run tell of its steps: each from its beginning to its end, with what its page said meanwhile. Pure. */
import type { EventOf } from '#shared/domain/events/events.ts';
import { neverBegan } from '#shared/domain/events/never-began.ts';
import type { StepPhase } from '#shared/domain/run/status.ts';
import type { FailureFacts, Point, StepOutcome, StepSpan } from './history.ts';
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

function addQuestion(
  steps: StepSpan[],
  event: EventOf<'waiting_for_person'> | EventOf<'resumed'>,
  point: Point,
): void {
  const n = lastOf(steps, 'flow', event.stepIndex);
  const step = steps[n];
  if (!step) return;
  steps[n] =
    event.type === 'resumed'
      ? { ...step, resumed: { ...event.payload, ...point } }
      : { ...step, picture: event.payload.screenshotPath, question: { ...event.payload, ...point } };
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
