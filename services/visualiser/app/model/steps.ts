import type { EventStep } from '#shared/events/events.ts';
import { neverBegan } from '#shared/events/never-began.ts';
import { meaningOf } from '#shared/run/states.ts';
import type { Moment, PastEvent } from './history.ts';

export interface StepAt {
  /** Which of the flow's steps, from 0; of those that clean up, which of them. */
  index: number;
  phase: 'flow' | 'onCancel';
  attempt: number;
  outcome: 'running' | 'ok' | 'failed' | 'interrupted' | 'unbegun';
  /** As the event tells it, fill values hidden. */
  step: EventStep;
  startSeq: number;
  startedAt: number;
  endSeq?: number;
  endedAt?: number;
  error?: string;
  /** Why it was not done in its time, as a code. */
  reason?: string;
  screenshot?: string;
}

/** The steps that had begun by the last of these events, in the order of their beginning. */
export function stepsAfter(events: readonly PastEvent[]): StepAt[] {
  const steps: StepAt[] = [];
  let attempt = 1;
  for (const event of events)
    switch (event.type) {
      case 'step_start':
      case 'cleanup_start':
        steps.push(begun(event, attempt));
        break;
      case 'step_success':
      case 'step_failure':
      case 'cleanup_success':
      case 'cleanup_failure':
        endOne(steps, event);
        break;
      case 'requeued':
        closeOpen(steps, event);
        attempt = event.payload.attempt;
        break;
      case 'run_end':
        closeOpen(steps, event);
        break;
      case 'transition':
        closeLeft(steps, event.payload.to, event);
        break;
      case 'cancel':
      case 'notice':
      case 'unknown':
        break;
      default:
        event satisfies never; // a new type is folded above, or named there
    }
  return steps;
}

type StepStart = PastEvent & { type: 'step_start' | 'cleanup_start' };

const begun = (event: StepStart, attempt: number): StepAt => ({
  index: event.stepIndex,
  phase: event.type === 'step_start' ? 'flow' : 'onCancel',
  attempt,
  outcome: 'running',
  step: event.payload.step,
  startSeq: event.seq,
  startedAt: event.time,
});

type StepEnd = PastEvent & { type: 'step_success' | 'step_failure' | 'cleanup_success' | 'cleanup_failure' };

function endOne(steps: StepAt[], event: StepEnd): void {
  const { type, stepIndex, payload } = event;
  const phase = type === 'step_success' || type === 'step_failure' ? 'flow' : 'onCancel';
  const open = steps.findLast((step) => step.phase === phase && step.index === stepIndex);
  if (!open) return;
  end(open, outcomeOf(event), event);
  if (payload.error !== undefined) open.error = payload.error;
  if ('reason' in payload && payload.reason !== undefined) open.reason = payload.reason;
  if (payload.screenshotPath !== undefined) open.screenshot = payload.screenshotPath;
}

function outcomeOf(event: StepEnd): StepAt['outcome'] {
  const { type, payload } = event;
  if (type === 'step_success' || type === 'cleanup_success') return 'ok';
  if (neverBegan(event)) return 'unbegun';
  return 'interrupted' in payload && payload.interrupted ? 'interrupted' : 'failed';
}

function end(step: StepAt, outcome: StepAt['outcome'], { seq, time }: PastEvent): void {
  step.outcome = outcome;
  step.endSeq = seq;
  step.endedAt = time;
}

/** What had not ended when the attempt was over never will. */
function closeOpen(steps: StepAt[], event: PastEvent): void {
  for (const step of steps) if (step.outcome === 'running') end(step, 'interrupted', event);
}

/** No step goes on in a state that has none of its phase. */
function closeLeft(steps: StepAt[], to: string, event: PastEvent): void {
  const { step } = meaningOf(to);
  closeOpen(
    steps.filter(({ phase }) => phase !== step),
    event,
  );
}

/** How many of the flow's steps were begun and done in the current attempt, and whether one failed. */
export function stepsAt({ steps, attempt }: { steps: StepAt[]; attempt: number }): {
  begun: number;
  done: number;
  failed: boolean;
} {
  const own = steps.filter((step) => step.phase === 'flow' && step.attempt === attempt);
  return {
    begun: own.length,
    done: own.filter(({ outcome }) => outcome === 'ok').length,
    failed: own.some(({ outcome }) => outcome === 'failed'),
  };
}

export interface StepRows {
  /** As they were at the moment. */
  begun: readonly StepAt[];
  /** Had not begun by then, and have by now. */
  later: readonly StepAt[];
  /** Of the flow, that have not begun at all. */
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
  const later = newest.steps.filter(({ startSeq }) => startSeq > moment.seq);
  const { begun } = stepsAt(newest);
  const planned = (plan ?? []).map((step, index) => ({ index, step })).slice(begun);
  const known = Math.max(begun, plan?.length ?? 0);
  const unknown = Math.max(0, (stepCount ?? known) - known);
  return { begun: moment.steps, later, planned, unknown };
}
