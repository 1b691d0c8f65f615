import { EffectError, type RunContext, type StopReason, type Told } from './context.ts';
import { vocabulary } from './vocabulary.ts';

/** The result of the effect that ended, for the action that records it. */
const output = <Output>({ event }: { event: { output: Output } }): Output => event.output;
const told = { type: 'told', params: output<Told> } as const;
/** A deadline that was reached first. */
const late = (stopReason: StopReason, error: string) =>
  ({
    type: 'recordFailure',
    params: ({ event }: { event: { output: Told } }) => ({ at: event.output.at, stopReason, error }),
  }) as const;
const failedBy = (stopReason: StopReason) =>
  ({
    type: 'recordFailure',
    params: ({ event: { error } }: { event: { error: unknown } }) => ({
      at: error instanceof EffectError ? error.at : undefined,
      stopReason,
      error: messageOf(error),
    }),
  }) as const;

/** One line, not too long: whatever an effect throws. */
const messageOf = (error: unknown) =>
  (error instanceof Error ? error.message : String(error)).split('\n', 1)[0]!.slice(0, 500);

/** The deadline of an effect, counted from the latest time the machine knows. */
const within = (ms: (context: RunContext) => number) => ({
  src: 'deadline' as const,
  input: ({ context }: { context: RunContext }) => ({ at: context.now + ms(context) }),
});
/** The deadline of a rung, counted from the moment of the cancel. */
const rung = (name: 'abort' | 'close' | 'kill') => ({
  src: 'deadline' as const,
  input: ({ context: { cancel, now, budget } }: { context: RunContext }) => ({
    at: (cancel?.at ?? now) + budget[name],
  }),
});

/**
 * The life of a run. Pure: no I/O, no clock, no logger. Its top state is the run's status (I1), its effects are
 * invoked actors with explicit ids, and every effect races a deadline (I4).
 */
export const runMachine = vocabulary.createMachine({
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
            CLAIM: { target: 'launching', actions: { type: 'told', params: ({ event }) => event } },
            CANCEL: { target: '#run.cancelling.stopped', actions: 'recordCancel' },
            EXPIRE: {
              target: '#run.fail',
              actions: [
                { type: 'told', params: ({ event }) => event },
                {
                  type: 'recordFailure',
                  params: ({ event: { error } }) => ({ stopReason: 'queue_timeout', error }),
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
              onDone: { target: 'stepping', actions: told },
              onError: { target: 'settling', actions: failedBy('launch_failed') },
            },
            {
              id: 'launchDeadline',
              ...within(({ budget }) => budget.launch),
              onDone: {
                target: 'settling',
                actions: late('launch_timeout', 'the browser did not start in time'),
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
                    { guard: 'hasFailed', target: '#run.running.settling', actions: told },
                    { guard: 'hasMoreSteps', target: 'acting', actions: told },
                    { target: '#run.running.settling', actions: told },
                  ],
                  onError: { target: '#run.running.settling', actions: failedBy('commit_timeout') },
                },
                {
                  id: 'checkpointDeadline',
                  ...within(({ budget }) => budget.checkpoint),
                  onDone: {
                    target: '#run.running.settling',
                    actions: late('commit_timeout', 'the step before could not be stored in time'),
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
                  onDone: { target: 'checkpoint', actions: { type: 'recordStep', params: output } },
                  onError: { target: '#run.running.settling', actions: failedBy('step_failed') },
                },
                {
                  id: 'stepDeadline',
                  ...within(({ stepTimeouts, done, budget }) => (stepTimeouts[done] ?? 0) + budget.stepSlack),
                  onDone: {
                    target: '#run.running.settling',
                    actions: { type: 'recordStepTimeout', params: output },
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
                  actions: { type: 'recordClosed', params: output },
                },
                { target: '#run.pass', actions: { type: 'recordClosed', params: output } },
              ],
              onError: { target: '#run.fail', actions: failedBy('close_failed') },
            },
            {
              id: 'settleDeadline',
              ...within(({ budget }) => budget.settle),
              onDone: {
                target: '#run.fail',
                actions: late('close_failed', 'the browser did not close in time'),
              },
            },
          ],
        },
      },
    },
    cancelling: {
      initial: 'aborting',
      on: {
        CANCEL: [
          { guard: 'hardens', target: '.killing', actions: 'recordCancel' },
          { guard: 'outranks', actions: 'recordCancel' },
        ],
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
              onDone: { target: 'closing', actions: { type: 'recordInterruption', params: output } },
              onError: 'closing',
            },
            { id: 'abortDeadline', ...rung('abort'), onDone: 'closing' },
          ],
        },
        closing: {
          invoke: [
            {
              id: 'close',
              src: 'close',
              onDone: { target: 'stopped', actions: { type: 'recordClosed', params: output } },
              onError: 'killing',
            },
            { id: 'closeDeadline', ...rung('close'), onDone: 'killing' },
          ],
        },
        killing: {
          invoke: [
            { id: 'kill', src: 'kill', onDone: 'stopped', onError: 'stopped' },
            { id: 'killDeadline', ...rung('kill'), onDone: 'stopped' },
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
