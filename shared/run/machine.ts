import { assign, fromPromise, setup } from 'xstate';
import type { Budget } from './budget.ts';
import type { CancelMode, CancelSource } from './status.ts';

/** Raised whenever a stored snapshot of an older machine can no longer be restored by this one. */
export const MACHINE_VERSION = 1;

export interface RunInput {
  /** The longest each step may take, in ms, in flow order. */
  stepTimeouts: number[];
  budget: Budget;
}

export interface CancelRequest {
  source: CancelSource;
  mode: CancelMode;
  reason?: string;
}

/** How one step ended, without its evidence: texts and pictures stay out of the snapshot. */
export interface StepResult {
  index: number;
  ok: boolean;
  error?: string;
}

export interface RunContext extends RunInput {
  /** The latest time the machine was told, epoch ms: it has no clock of its own. */
  now: number;
  /** Steps that have ended, which is also the index of the next one. */
  done: number;
  lastStep?: StepResult;
  /** The step that a cancel interrupted. */
  interrupted?: number | undefined;
  /** Why the flow failed, where no step says so. */
  error?: string;
  stopReason?: StopReason;
  failed: boolean;
  cancel?: CancelRequest & { at: number };
  stale: boolean;
  videoPath?: string;
}

export type StopReason =
  | 'launch_failed'
  | 'launch_timeout'
  | 'step_failed'
  | 'step_timeout'
  | 'commit_timeout'
  | 'close_failed'
  | 'queue_timeout'
  | 'cancelled'
  | 'stale';

export type RunEvent =
  | { type: 'CLAIM'; at: number }
  | ({ type: 'CANCEL'; at: number } & CancelRequest)
  | { type: 'EXPIRE'; at: number; error: string }
  | { type: 'STALE'; at: number; source: CancelSource; reason?: string };

interface Told {
  /** When the effect ended, epoch ms. */
  at: number;
}
export interface StepDone extends Told {
  ok: boolean;
  error?: string;
}
export interface Closed extends Told {
  videoPath?: string;
}
/** What became of the call that a cancel interrupted: `step` only if it had ended by itself. */
export interface Interrupted extends Told {
  step?: StepDone;
}

/** A port: an effect that the owner supplies with `.provide`. Without one it rejects, and the supervisor starts none. */
const port = <Output, Input = undefined>(name: string) =>
  fromPromise<Output, Input>(async () => {
    throw new Error(`the effect "${name}" is not provided here`);
  });

const machineSetup = setup({
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
  },
  actions: {
    told: assign(({ event }) => ('at' in event ? { now: event.at } : {})),
    recordCancel: assign(({ context, event }) => {
      if (event.type !== 'CANCEL') return {};
      const { type: _, at, ...request } = event;
      return {
        now: at,
        failed: true,
        stopReason: 'cancelled',
        cancel: { at: context.cancel?.at ?? at, ...request },
      };
    }),
    recordStale: assign(({ context, event }) => {
      if (event.type !== 'STALE') return {};
      const { at, source, reason } = event;
      const cancel = {
        at,
        mode: context.cancel?.mode ?? 'graceful',
        source,
        ...(reason !== undefined && { reason }),
      } as const;
      return { now: at, failed: true, stale: true, stopReason: 'stale', cancel };
    }),
    recordStep: assign(({ context }, result: StepDone) => stepEnded(context, result)),
    recordInterruptedStep: assign(({ context }) => ({ interrupted: context.done })),
    /** The interrupted call may have ended by itself at the last moment: then its result is kept (I9). */
    recordInterruption: assign(({ context }, { at, step }: Interrupted) =>
      step ? { ...stepEnded(context, step), interrupted: undefined } : { now: at },
    ),
    recordClosed: assign((_, { at, videoPath }: Closed) => ({
      now: at,
      ...(videoPath !== undefined && { videoPath }),
    })),
    recordFailure: assign((_, failure: { stopReason: StopReason; error: string }) => ({
      failed: true,
      ...failure,
    })),
  },
});

function stepEnded(context: RunContext, { at, ok, error }: StepDone): Partial<RunContext> {
  const lastStep = { index: context.done, ok, ...(error !== undefined && { error }) };
  const failure = ok ? {} : ({ failed: true, stopReason: context.stopReason ?? 'step_failed' } as const);
  return { now: at, done: context.done + 1, lastStep, ...failure };
}

/** One line, not too long: whatever an effect throws. */
const messageOf = (error: unknown) =>
  (error instanceof Error ? error.message : String(error)).split('\n', 1)[0]!.slice(0, 500);
const until =
  (ms: (context: RunContext) => number) =>
  ({ context }: { context: RunContext }) => ({ at: context.now + ms(context) });
const rungUntil =
  (rung: 'abort' | 'close' | 'kill') =>
  ({ context }: { context: RunContext }) => ({
    at: (context.cancel?.at ?? context.now) + context.budget[rung],
  });

/**
 * The life of a run. Pure: no I/O, no clock, no logger. Its top state is the run's status (I1), its effects are
 * invoked actors with explicit ids, and every effect races a deadline (I4).
 */
export const runMachine = machineSetup.createMachine({
  id: 'run',
  context: ({ input }) => ({ ...input, now: 0, done: 0, failed: false, stale: false }),
  initial: 'running',
  states: {
    running: {
      initial: 'queued',
      on: {
        CANCEL: { target: 'cancelling', actions: 'recordCancel' },
        STALE: { target: 'fail', actions: 'recordStale' },
      },
      states: {
        queued: {
          on: {
            CLAIM: { target: 'launching', actions: 'told' },
            CANCEL: { target: '#run.cancelling.stopped', actions: 'recordCancel' },
            EXPIRE: {
              target: '#run.fail',
              actions: [
                'told',
                {
                  type: 'recordFailure',
                  params: ({ event }) => ({ stopReason: 'queue_timeout', error: event.error }),
                },
              ],
            },
          },
        },
        launching: {
          invoke: [
            {
              id: 'launch',
              src: 'launch',
              onDone: { target: 'stepping', actions: assign(({ event }) => ({ now: event.output.at })) },
              onError: {
                target: 'settling',
                actions: {
                  type: 'recordFailure',
                  params: ({ event }) => ({ stopReason: 'launch_failed', error: messageOf(event.error) }),
                },
              },
            },
            {
              id: 'launchDeadline',
              src: 'deadline',
              input: until(({ budget }) => budget.launch),
              onDone: {
                target: 'settling',
                actions: {
                  type: 'recordFailure',
                  params: { stopReason: 'launch_timeout', error: 'the browser did not start in time' },
                },
              },
            },
          ],
        },
        stepping: {
          initial: 'checkpoint',
          states: {
            checkpoint: {
              invoke: [
                {
                  id: 'checkpoint',
                  src: 'checkpoint',
                  input: ({ context }) => ({ done: context.done }),
                  onDone: [
                    {
                      guard: 'hasFailed',
                      target: '#run.running.settling',
                      actions: assign(({ event }) => ({ now: event.output.at })),
                    },
                    {
                      guard: 'hasMoreSteps',
                      target: 'acting',
                      actions: assign(({ event }) => ({ now: event.output.at })),
                    },
                    {
                      target: '#run.running.settling',
                      actions: assign(({ event }) => ({ now: event.output.at })),
                    },
                  ],
                  onError: {
                    target: '#run.running.settling',
                    actions: {
                      type: 'recordFailure',
                      params: ({ event }) => ({
                        stopReason: 'commit_timeout',
                        error: messageOf(event.error),
                      }),
                    },
                  },
                },
                {
                  id: 'checkpointDeadline',
                  src: 'deadline',
                  input: until(({ budget }) => budget.checkpoint),
                  onDone: {
                    target: '#run.running.settling',
                    actions: {
                      type: 'recordFailure',
                      params: {
                        stopReason: 'commit_timeout',
                        error: 'the step before could not be stored in time',
                      },
                    },
                  },
                },
              ],
            },
            acting: {
              on: {
                CANCEL: { target: '#run.cancelling', actions: ['recordCancel', 'recordInterruptedStep'] },
              },
              invoke: [
                {
                  id: 'step',
                  src: 'step',
                  input: ({ context }) => ({ index: context.done }),
                  onDone: {
                    target: 'checkpoint',
                    actions: { type: 'recordStep', params: ({ event }) => event.output },
                  },
                  onError: {
                    target: '#run.running.settling',
                    actions: {
                      type: 'recordFailure',
                      params: ({ event }) => ({ stopReason: 'step_failed', error: messageOf(event.error) }),
                    },
                  },
                },
                {
                  id: 'stepDeadline',
                  src: 'deadline',
                  input: until(
                    ({ stepTimeouts, done, budget }) => (stepTimeouts[done] ?? 0) + budget.stepSlack,
                  ),
                  onDone: {
                    target: '#run.running.settling',
                    actions: {
                      type: 'recordFailure',
                      params: {
                        stopReason: 'step_timeout',
                        error: 'the step did not end within its timeout',
                      },
                    },
                  },
                },
              ],
            },
          },
        },
        settling: {
          invoke: [
            {
              id: 'settle',
              src: 'settle',
              input: ({ context }) => ({ failed: context.failed }),
              onDone: [
                {
                  guard: 'hasFailed',
                  target: '#run.fail',
                  actions: { type: 'recordClosed', params: ({ event }) => event.output },
                },
                {
                  target: '#run.pass',
                  actions: { type: 'recordClosed', params: ({ event }) => event.output },
                },
              ],
              onError: {
                target: '#run.fail',
                actions: {
                  type: 'recordFailure',
                  params: ({ event }) => ({ stopReason: 'close_failed', error: messageOf(event.error) }),
                },
              },
            },
            {
              id: 'settleDeadline',
              src: 'deadline',
              input: until(({ budget }) => budget.settle),
              onDone: {
                target: '#run.fail',
                actions: {
                  type: 'recordFailure',
                  params: { stopReason: 'close_failed', error: 'the browser did not close in time' },
                },
              },
            },
          ],
        },
      },
    },
    cancelling: {
      initial: 'aborting',
      on: {
        CANCEL: { guard: 'hardens', target: '.killing', actions: 'recordCancel' },
        STALE: { target: 'fail', actions: 'recordStale' },
      },
      onDone: 'fail',
      states: {
        aborting: {
          always: { guard: 'isForced', target: 'killing' },
          invoke: [
            {
              id: 'interrupted',
              src: 'interrupted',
              input: ({ context }) => ({ done: context.done }),
              onDone: {
                target: 'closing',
                actions: { type: 'recordInterruption', params: ({ event }) => event.output },
              },
              onError: 'closing',
            },
            { id: 'abortDeadline', src: 'deadline', input: rungUntil('abort'), onDone: 'closing' },
          ],
        },
        closing: {
          invoke: [
            {
              id: 'close',
              src: 'close',
              onDone: {
                target: 'stopped',
                actions: { type: 'recordClosed', params: ({ event }) => event.output },
              },
              onError: 'killing',
            },
            { id: 'closeDeadline', src: 'deadline', input: rungUntil('close'), onDone: 'killing' },
          ],
        },
        killing: {
          invoke: [
            { id: 'kill', src: 'kill', onDone: 'stopped', onError: 'stopped' },
            { id: 'killDeadline', src: 'deadline', input: rungUntil('kill'), onDone: 'stopped' },
          ],
        },
        stopped: { type: 'final' },
      },
    },
    pass: { type: 'final' },
    fail: { type: 'final' },
  },
});

export type RunMachine = typeof runMachine;
