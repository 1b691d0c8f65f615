import { closeDeadline, closedBy, rung, within } from './deadlines.ts';
import { cleanupFailed, closed, notCleaned, output, recordTime } from './records.ts';
import { vocabulary } from './vocabulary.ts';

const interruption = { type: 'recordInterruption', params: output } as const;
const cleanup = { type: 'recordCleanup', params: output } as const;
/** A forced cancel waits only for the closing of the context, and less long. */
const insist = {
  guard: 'hardens',
  target: '#run.cancelling.closing',
  actions: ['recordCancel', 'recordCutStep'],
} as const;
const killed = { type: 'recordKilled', params: output } as const;

/** The ladder that a cancel climbs, from the mildest rung to the hardest. */
export const cancelling = vocabulary.createStateConfig({
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
      meta: { rung: 'finish', step: 'flow' },
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
      meta: { rung: 'abort', step: 'flow' },
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
      tags: 'beginsStep',
      meta: { rung: 'cleanup', step: 'onCancel' },
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
      tags: 'brief',
      meta: { rung: 'close' },
      on: { CANCEL: { ...insist, reenter: true } },
      invoke: [
        {
          id: 'close',
          src: 'close',
          input: ({ context }) => ({ until: closedBy(context) }),
          onDone: { target: 'stopped', actions: closed },
          onError: 'killing',
        },
        { id: 'closeDeadline', ...closeDeadline, onDone: { target: 'killing', actions: recordTime } },
      ],
    },
    killing: {
      meta: { rung: 'kill' },
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
});
