import { assign, fromPromise, setup } from 'xstate';
import type {
  Closed,
  Interrupted,
  RunContext,
  RunEvent,
  RunInput,
  StepDone,
  StopReason,
  Told,
} from './context.ts';

/** A port: an effect that the owner supplies with `.provide`. Without one it rejects, and the supervisor starts none. */
const port = <Output, Input = undefined>(name: string) =>
  fromPromise<Output, Input>(async () => {
    throw new Error(`the effect "${name}" is not provided here`);
  });

/** The words that the machine is written in: its ports, its guards, and its actions, which only assign. */
export const vocabulary = setup({
  types: {
    context: {} as RunContext,
    events: {} as RunEvent,
    input: {} as RunInput,
  },
  actors: {
    launch: port<Told>('launch'),
    checkpoint: port<Told, { done: number }>('checkpoint'),
    step: port<StepDone, { index: number }>('step'),
    settle: port<Closed, { failed: boolean }>('settle'),
    interrupted: port<Interrupted, { done: number }>('interrupted'),
    close: port<Closed>('close'),
    kill: port<Told>('kill'),
    /** Resolves at an absolute time, so that it means the same after a restore. */
    deadline: port<Told, { at: number }>('deadline'),
  },
  guards: {
    hasMoreSteps: ({ context }) => context.done < context.stepTimeouts.length,
    hasFailed: ({ context }) => context.failed,
    isForced: ({ context }) => context.cancel?.mode === 'force',
    hardens: ({ context, event }) =>
      event.type === 'CANCEL' && event.mode === 'force' && context.cancel?.mode !== 'force',
    outranks: ({ context, event }) =>
      event.type === 'CANCEL' && event.source === 'user' && context.cancel?.source !== 'user',
  },
  actions: {
    told: assign((_, { at }: Told) => ({ now: at })),
    recordCancel: assign(({ context, event }) => {
      if (event.type !== 'CANCEL') return {};
      const { type: _, at, ...asked } = event;
      // The first to ask counts, but a person outranks the rest; the mode only hardens.
      const { at: since, ...request } = context.cancel ?? { at, ...asked };
      const counts = asked.source === 'user' && request.source !== 'user' ? asked : request;
      const mode = asked.mode === 'force' || request.mode === 'force' ? 'force' : 'graceful';
      const cancel = { ...counts, mode, at: since } as const;
      return { now: at, failed: true, stopReason: 'cancelled', cancel };
    }),
    recordStale: assign(({ context, event }) => {
      if (event.type !== 'STALE') return {};
      const { at, source, reason } = event;
      const mode = context.cancel?.mode ?? 'graceful';
      const cancel = { at, mode, source, ...(reason !== undefined && { reason }) };
      return { now: at, failed: true, stale: true, stopReason: 'stale', cancel };
    }),
    recordStep: assign(({ context }, result: StepDone) => stepEnded(context, result)),
    recordStepTimeout: assign(({ context }, { at }: Told) => ({
      ...stepEnded(context, { at, ok: false, error: 'the step did not end within its timeout' }),
      stopReason: 'step_timeout',
    })),
    recordInterruptedStep: assign(({ context }) => ({ interrupted: context.done })),
    /** The interrupted call may have ended by itself at the last moment: then its result is kept (I9). */
    recordInterruption: assign(({ context }, { at, step }: Interrupted) =>
      step ? { ...stepEnded(context, step), interrupted: undefined } : { now: at },
    ),
    recordClosed: assign((_, { at, videoPath }: Closed) => ({
      now: at,
      ...(videoPath !== undefined && { videoPath }),
    })),
    /** The first failure counts: closing badly after a failed step changes nothing about why the flow failed. */
    recordFailure: assign(({ context }, { at, ...failure }: Failure) => ({
      failed: true,
      now: at ?? context.now,
      ...(context.stopReason === undefined && failure),
    })),
  },
});

interface Failure {
  at?: number | undefined;
  stopReason: StopReason;
  error: string;
}

function stepEnded(context: RunContext, { at, ok, error }: StepDone): Partial<RunContext> {
  const lastStep = { index: context.done, ok, ...(error !== undefined && { error }) };
  const failure = ok ? {} : ({ failed: true, stopReason: context.stopReason ?? 'step_failed' } as const);
  return { now: at, done: context.done + 1, lastStep, ...failure };
}
