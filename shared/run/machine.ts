import { closeDeadline, runDeadline, rung, within } from './deadlines.ts';
import { cleanupFailed, failedBy, late, notCleaned, output, recordTime, stepFailed } from './records.ts';
import { vocabulary } from './vocabulary.ts';

const interruption = { type: 'recordInterruption', params: output } as const;
const cleanup = { type: 'recordCleanup', params: output } as const;
const closed = { type: 'recordClosed', params: output } as const;
/** Whoever insists waits for nothing but the closing of the context, and less long. */
const insist = {
  guard: 'hardens',
  target: '#run.cancelling.closing',
  actions: ['recordCancel', 'recordCutStep'],
} as const;
const killed = { type: 'recordKilled', params: output } as const;

/**
 * The life of a run. Pure: no I/O, no clock, no logger. Its top state is the run's status (I1), its effects are
 * invoked actors with explicit ids, and every effect races a deadline (I4).
 */
export const runMachine = vocabulary.createMachine({
  id: 'run',
  context: ({ input: { atomicSteps = [], cleanupSteps = 0, ...input } }) => ({
    ...input,
    atomicSteps,
    cleanupSteps,
    attempt: 1,
    now: 0,
    done: 0,
    cleaned: 0,
    failed: false,
    stale: false,
  }),
  initial: 'running',
  states: {
    running: {
      initial: 'queued',
      on: {
        CANCEL: { target: 'cancelling', actions: 'recordCancel' },
        STALE: { target: 'fail', actions: 'recordStale' },
        REQUEUE: { guard: 'isFirstAttempt', target: '.queued', actions: 'recordRequeue' },
      },
      states: {
        queued: {
          on: {
            CLAIM: { target: 'launching', actions: { type: 'recordClaim', params: ({ event }) => event } },
            CANCEL: { target: '#run.cancelling.stopped', actions: 'recordCancel' },
            EXPIRE: {
              target: '#run.fail',
              actions: [
                { type: 'recordTime', params: ({ event }) => event },
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
              onDone: { target: 'stepping', actions: recordTime },
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
            runDeadline,
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
                    { guard: 'hasFailed', target: '#run.running.settling', actions: recordTime },
                    { guard: 'hasMoreSteps', target: 'acting', actions: recordTime },
                    { target: '#run.running.settling', actions: recordTime },
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
                runDeadline,
              ],
            },
            acting: {
              on: {
                CANCEL: [
                  {
                    guard: 'waitsForStep',
                    target: '#run.cancelling.finishing',
                    actions: ['recordCancel', 'recordInterruptedStep'],
                  },
                  { target: '#run.cancelling', actions: ['recordCancel', 'recordInterruptedStep'] },
                ],
                STALE: {
                  target: '#run.fail',
                  actions: ['recordStale', 'recordInterruptedStep', 'recordCutStep'],
                },
              },
              invoke: [
                {
                  id: 'step',
                  src: 'step',
                  input: ({ context }) => ({ index: context.done }),
                  onDone: { target: 'checkpoint', actions: { type: 'recordStep', params: output } },
                  onError: { target: '#run.running.settling', actions: stepFailed },
                },
                {
                  id: 'stepDeadline',
                  ...within(({ stepTimeouts, done, budget }) => (stepTimeouts[done] ?? 0) + budget.stepSlack),
                  onDone: {
                    target: '#run.running.settling',
                    actions: { type: 'recordStepTimeout', params: output },
                  },
                },
                {
                  ...runDeadline,
                  onDone: {
                    ...runDeadline.onDone,
                    actions: [runDeadline.onDone.actions, 'recordInterruptedStep', 'recordCutStep'],
                  },
                },
              ],
            },
          },
        },
        settling: {
          // The flow is over and its context is closing: there is nothing to interrupt, nor a page to clean up on.
          on: { CANCEL: { target: '#run.cancelling.closing', actions: 'recordCancel' } },
          invoke: [
            {
              id: 'settle',
              src: 'settle',
              input: ({ context }) => ({ failed: context.failed }),
              onDone: [
                { guard: 'mayReturn', target: 'queued', actions: { type: 'recordReturn', params: output } },
                {
                  guard: 'hasFailed',
                  target: '#run.fail',
                  actions: closed,
                },
                { target: '#run.pass', actions: closed },
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
          { guard: 'hardens', actions: 'recordCancel' },
          { guard: 'outranks', actions: 'recordCancel' },
        ],
        STALE: { target: 'fail', actions: ['recordStale', 'recordCutStep'] },
      },
      onDone: 'fail',
      states: {
        finishing: {
          on: { CANCEL: insist },
          invoke: [
            {
              id: 'finish',
              src: 'finish',
              input: ({ context }) => ({ done: context.done }),
              onDone: [
                { guard: 'hasCleanup', target: 'cleaning', actions: interruption },
                { target: 'closing', actions: interruption },
              ],
              onError: 'aborting',
            },
            { id: 'finishDeadline', ...rung('finish'), onDone: { target: 'aborting', actions: recordTime } },
          ],
        },
        aborting: {
          on: { CANCEL: insist },
          always: { guard: 'isForced', target: 'closing', actions: 'recordCutStep' },
          invoke: [
            {
              id: 'interrupted',
              src: 'interrupted',
              input: ({ context }) => ({ done: context.done }),
              onDone: [
                { guard: 'hasCleanup', target: 'cleaning', actions: interruption },
                { target: 'closing', actions: interruption },
              ],
              onError: [
                { guard: 'hasCleanup', target: 'cleaning', actions: 'recordCutStep' },
                { target: 'closing', actions: 'recordCutStep' },
              ],
            },
            // A page whose call does not even return is no page to clean up on.
            {
              id: 'abortDeadline',
              ...within(({ budget }) => budget.abort),
              onDone: { target: 'closing', actions: [recordTime, 'recordCutStep'] },
            },
          ],
        },
        cleaning: {
          on: {
            CANCEL: { ...insist, actions: [...insist.actions, 'recordCutCleanup'] },
            STALE: { target: '#run.fail', actions: ['recordStale', 'recordCutStep', 'recordCutCleanup'] },
          },
          invoke: [
            {
              id: 'cleanup',
              src: 'cleanup',
              input: ({ context }) => ({ index: context.cleaned }),
              onDone: [
                {
                  guard: 'hasMoreCleanup',
                  target: 'cleaning',
                  reenter: true,
                  actions: cleanup,
                },
                { target: 'closing', actions: cleanup },
              ],
              onError: [
                { guard: 'hasMoreCleanup', target: 'cleaning', reenter: true, actions: cleanupFailed },
                { target: 'closing', actions: cleanupFailed },
              ],
            },
            {
              id: 'cleanupDeadline',
              ...rung('cleanup'),
              onDone: { target: 'closing', actions: notCleaned('the time to clean up was over') },
            },
          ],
        },
        // Also of a forced cancel: the browser has other runs, and goes only if this context will not.
        closing: {
          on: { CANCEL: { ...insist, reenter: true } },
          invoke: [
            {
              id: 'close',
              src: 'close',
              onDone: { target: 'stopped', actions: closed },
              onError: 'killing',
            },
            { id: 'closeDeadline', ...closeDeadline, onDone: { target: 'killing', actions: recordTime } },
          ],
        },
        killing: {
          invoke: [
            {
              id: 'kill',
              src: 'kill',
              onDone: { target: 'stopped', actions: killed },
              onError: 'stopped',
            },
            { id: 'killDeadline', ...rung('kill'), onDone: { target: 'stopped', actions: recordTime } },
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
