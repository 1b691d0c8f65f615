import type { Timed } from './context.ts';
import { runDeadline, within } from './deadlines.ts';
import { cutOff, endsWait } from './interruptions.ts';
import { LOST, parked, parking } from './parking-states.ts';
import { asking, paused } from './person-states.ts';
import { closed, failedBy, late, output, recordTime, stepFailed } from './records.ts';
import { vocabulary } from './vocabulary.ts';

/** The first loss of a runner before anything of the flow has begun is free; a further one is as any other. */
const returns = {
  guard: 'isUnreturned',
  target: '#run.running.queued',
  actions: { type: 'recordReturn', params: ({ event }: { event: Timed }) => event },
} as const;

const pause = { guard: 'isNewPause', actions: 'recordPause' } as const;

const reopened = { type: 'recordReopened', params: output } as const;

const returned = { type: 'recordReturn', params: output } as const;

const unstored = late('commit_timeout', 'the step before could not be stored in time');

/** The states of a run from the queue to the closing of the context after the last step. */
export const running = vocabulary.createStateConfig({
  initial: 'queued',
  on: {
    CANCEL: { target: 'cancelling', actions: 'recordCancel' },
    PAUSE: pause,
    STALE: { target: 'fail', actions: 'recordStale' },
    REQUEUE: { guard: 'isFirstAttempt', target: '.queued', actions: 'recordRequeue' },
    LOST,
  },
  states: {
    queued: {
      tags: 'unowned',
      meta: { waitsFor: 'runner' },
      on: {
        CLAIM: { target: 'launching', actions: { type: 'recordClaim', params: ({ event }) => event } },
        CANCEL: { target: '#run.cancelling.stopped', actions: ['recordCancel', 'recordLeftOpen'] },
        STALE: endsWait.STALE,
        REQUEUE: returns,
        EXPIRE: {
          target: '#run.fail',
          actions: [
            { type: 'recordTime', params: ({ event }) => event },
            {
              type: 'recordFailure',
              params: ({ event: { error } }) => ({ stopReason: 'queue_timeout', error }),
            },
            'recordLeftOpen',
          ],
        },
      },
    },
    launching: {
      tags: ['interruptible', 'brief', 'awaitsPerson'],
      meta: { waitsFor: 'browser', step: 'flow' },
      on: { ...endsWait, REQUEUE: returns },
      invoke: [
        {
          id: 'launch',
          src: 'launch',
          // One that was parked is back where it was.
          onDone: [
            { guard: 'isPaused', target: 'stepping.paused', actions: reopened },
            { guard: 'isOpen', target: 'stepping.asking', actions: reopened },
            { target: 'stepping', actions: recordTime },
          ],
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
      tags: ['interruptible', 'flow'],
      meta: { waitsFor: 'steps' },
      initial: 'checkpoint',
      states: {
        // Passed at once where a step or a pause follows: the effect of that waits instead.
        checkpoint: {
          meta: { waitsFor: 'commit' },
          always: [
            { guard: 'pauses', target: 'paused', actions: 'recordPauseBegun' },
            { guard: 'hasNext', target: 'acting', actions: 'recordAnnouncement' },
          ],
          invoke: [
            {
              id: 'checkpoint',
              src: 'checkpoint',
              input: ({ context: { done, pauses = 0 } }) => ({ done, pauses }),
              onDone: [
                { guard: 'hasFailed', target: '#run.running.settling', actions: recordTime },
                { target: '#run.running.settling', actions: recordTime },
              ],
              onError: { target: '#run.running.settling', actions: failedBy('commit_timeout') },
            },
            {
              id: 'checkpointDeadline',
              ...within(({ budget }) => budget.checkpoint),
              onDone: { target: '#run.running.settling', actions: unstored },
            },
            runDeadline,
          ],
        },
        // Entered again when its step begins: once that was announced, which is stored, and the lease is good for it.
        acting: {
          tags: 'beginsStep',
          meta: { waitsFor: 'step', step: 'flow' },
          on: {
            ...cutOff,
            CANCEL: [
              {
                guard: 'waitsForStep',
                target: '#run.cancelling.finishing',
                actions: ['recordCancel', 'recordInterruptedStep'],
              },
              cutOff.CANCEL,
            ],
            PAUSE: [
              { guard: 'interruptsStep', target: 'yielding', actions: ['recordPause', 'recordYielding'] },
              pause,
            ],
          },
          invoke: [
            {
              id: 'step',
              src: 'step',
              input: ({ context: { done, pauses = 0, announced } }) => ({
                index: done,
                pauses,
                begins: !announced,
              }),
              onDone: [
                {
                  guard: 'isAnnounced',
                  target: 'acting',
                  reenter: true,
                  actions: { type: 'recordBeginning', params: output },
                },
                {
                  guard: { type: 'asks', params: output },
                  target: 'asking',
                  actions: { type: 'recordQuestion', params: output },
                },
                {
                  guard: { type: 'waitsForPerson', params: output },
                  target: 'checkpoint',
                  actions: { type: 'recordHeld', params: output },
                },
                { target: 'checkpoint', actions: { type: 'recordStep', params: output } },
              ],
              onError: [
                {
                  guard: 'isAnnounced',
                  target: '#run.running.settling',
                  actions: [failedBy('commit_timeout'), 'recordInterruptedStep'],
                },
                { target: '#run.running.settling', actions: stepFailed },
              ],
            },
            {
              id: 'stepDeadline',
              ...within(({ announced, stepTimeouts, done, budget }) =>
                announced ? budget.checkpoint : (stepTimeouts[done] ?? 0) + budget.stepSlack,
              ),
              onDone: [
                {
                  guard: 'isAnnounced',
                  target: '#run.running.settling',
                  actions: [unstored, 'recordInterruptedStep'],
                },
                {
                  target: '#run.running.settling',
                  actions: { type: 'recordStepTimeout', params: output },
                },
              ],
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
        // The step is interrupted, and repeated after the pause, unless it had ended by itself.
        yielding: {
          meta: { waitsFor: 'pausing', step: 'flow' },
          on: cutOff,
          invoke: [
            {
              id: 'yield',
              src: 'yield',
              input: ({ context: { done, announced } }) => ({ done, hasBegun: !announced }),
              onDone: { target: 'checkpoint', actions: { type: 'recordYielded', params: output } },
              onError: 'checkpoint',
            },
            {
              id: 'yieldDeadline',
              ...within(({ budget }) => budget.abort),
              onDone: { target: 'checkpoint', actions: recordTime },
            },
          ],
        },
        paused,
        asking,
        parking,
      },
    },
    parked,
    settling: {
      tags: 'brief',
      meta: { waitsFor: 'outcome' },
      // The flow is over and its context is closing: there is nothing to interrupt, nor a page to clean up on.
      on: {
        ...endsWait,
        CANCEL: { ...endsWait.CANCEL, target: '#run.cancelling.closing' },
      },
      invoke: [
        {
          id: 'settle',
          src: 'settle',
          input: ({ context }) => ({ failed: context.failed }),
          onDone: [
            { guard: 'mayReturn', target: 'queued', actions: returned },
            {
              guard: 'hasFailed',
              target: '#run.fail',
              actions: [closed, 'recordLeftOpen'],
            },
            { target: '#run.pass', actions: closed },
          ],
          onError: { target: '#run.fail', actions: [failedBy('close_failed'), 'recordLeftOpen'] },
        },
        {
          id: 'settleDeadline',
          ...within(({ budget }) => budget.settle),
          onDone: {
            target: '#run.fail',
            actions: [late('close_failed', 'the browser did not close in time'), 'recordLeftOpen'],
          },
        },
      ],
    },
  },
});
