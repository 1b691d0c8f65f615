import type { NewEvent } from '#shared/events/events.ts';
import { neverBegan } from '#shared/events/never-began.ts';

/** How a step of the flow ended, as its event says. */
export interface StepEnd {
  index: number;
  action: string;
  result: 'ok' | 'failed' | 'interrupted';
}

/** Undefined for an event that is no end of a step that had begun. It comes just before the move that follows from it. */
export function endedStep(event: NewEvent): StepEnd | undefined {
  if (event.type !== 'step_success' && event.type !== 'step_failure') return undefined;
  if (neverBegan(event)) return undefined;
  const { payload, stepIndex = 0 } = event;
  const interrupted = event.type === 'step_failure' && event.payload.interrupted;
  return {
    index: stepIndex,
    action: payload.step.action ?? 'unknown',
    result: event.type === 'step_success' ? 'ok' : interrupted ? 'interrupted' : 'failed',
  };
}
