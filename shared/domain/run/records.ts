import { type Closed, EffectError, type RunContext, type StepDone, type Timed } from './context.ts';
import type { StopReason } from './stop-reason.ts';

/*
 * What the machine writes down when an effect has ended: the actions of `vocabulary.ts` with their parameters, taken
 * from the event.
 */

/** The result of the effect that ended, for the action that records it. */
export const output = <Output>({ event }: { event: { output: Output } }): Output => event.output;

export const recordTime = { type: 'recordTime', params: output<Timed> } as const;
export const closed = { type: 'recordClosed', params: output<Closed> } as const;

/** Nobody has let it go on. */
export const UNRESUMED = {
  stopReason: 'unresumed',
  error: 'it was paused, and nobody let it go on in time',
} as const;

/** A deadline that was reached first. */
export const late = (stopReason: StopReason, error: string) =>
  ({
    type: 'recordFailure',
    params: ({ event }: { event: { output: Timed } }) => ({ at: event.output.at, stopReason, error }),
  }) as const;

export const failedBy = (stopReason: StopReason) =>
  ({
    type: 'recordFailure',
    params: ({ event: { error } }: { event: { error: unknown } }) => ({
      at: error instanceof EffectError ? error.at : undefined,
      stopReason: (error instanceof EffectError ? error.stopReason : undefined) ?? stopReason,
      error: messageOf(error),
    }),
  }) as const;

/** A step whose effect failed, and not only its action. */
export const stepFailed = {
  type: 'recordStep',
  params: ({ context, event: { error } }: { context: RunContext; event: { error: unknown } }): StepDone =>
    notDone(context, error),
} as const;

/** An `onCancel` step that did not end by itself. */
export const notCleaned = (error: string) =>
  ({
    type: 'recordCleanup',
    params: ({ event }: { event: { output: Timed } }): StepDone => ({
      at: event.output.at,
      ok: false,
      error,
    }),
  }) as const;

export const cleanupFailed = {
  type: 'recordCleanup',
  params: ({ context, event: { error } }: { context: RunContext; event: { error: unknown } }): StepDone =>
    notDone(context, error),
} as const;

const notDone = (context: RunContext, error: unknown): StepDone => ({
  at: error instanceof EffectError ? error.at : context.now,
  ok: false,
  error: messageOf(error),
});

/** One line, not too long: whatever an effect throws. */
const messageOf = (error: unknown) =>
  (error instanceof Error ? error.message : String(error)).split('\n', 1)[0]!.slice(0, 500);
