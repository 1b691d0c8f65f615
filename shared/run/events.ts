import { type RunSnapshot, stateOf, statusOf } from './snapshot.ts';
import { isFinal, type Status } from './status.ts';

/** A numbered event before it has its number and time; both are given by the statement that stores it. */
export interface NewEvent {
  type: EventType;
  stepIndex?: number;
  payload: Record<string, unknown>;
}

export const EVENT_TYPES = ['transition', 'step_start', 'step_success', 'step_failure', 'run_end'] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** What a step looks like in an event, and the evidence its outcome left: supplied by whoever knows the flow. */
export interface StepDescriber {
  step(index: number): Record<string, unknown>;
  evidence(index: number): { screenshotPath?: string };
}

/** The events of one transition of the machine, in order; `run_end` is the last of a final one (I6). */
export function eventsBetween(before: RunSnapshot, after: RunSnapshot, describe: StepDescriber): NewEvent[] {
  const events: NewEvent[] = [];
  const [from, to] = [stateOf(before), stateOf(after)];
  const { lastStep, done } = after.context;
  if (done > before.context.done && lastStep) {
    const { index, ok, error } = lastStep;
    events.push({
      type: ok ? 'step_success' : 'step_failure',
      stepIndex: index,
      payload: {
        step: describe.step(index),
        ...(error !== undefined && { error }),
        ...describe.evidence(index),
      },
    });
  }
  if (from !== to) events.push({ type: 'transition', payload: { from, to } });
  if (to.endsWith('.acting') && from !== to)
    events.push({ type: 'step_start', stepIndex: done, payload: { step: describe.step(done) } });
  const status = statusOf(after);
  if (isFinal(status) && !isFinal(statusOf(before)))
    events.push({ type: 'run_end', payload: runEnd(after, status) });
  return events;
}

function runEnd({ context }: RunSnapshot, status: Status): Record<string, unknown> {
  const { cancel, stale, error } = context;
  if (!cancel) return { status, ...(error !== undefined && { error }) };
  return {
    status,
    cancelled: true,
    source: cancel.source,
    ...(stale && { staleAfterRestart: true }),
    ...(cancel.reason !== undefined && { reason: cancel.reason }),
  };
}
