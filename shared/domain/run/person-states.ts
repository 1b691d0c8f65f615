/*
 * A run asks a person, or was paused, with its page open. Whether it gives that up meanwhile, `parking-states.ts` says.
 */
import { personDeadline } from './deadlines.ts';
import { cutOff } from './interruptions.ts';
import { sealing } from './parking-states.ts';
import { answerUntil } from './question.ts';
import { failedBy, late, output, stepFailed, UNRESUMED } from './records.ts';
import { vocabulary } from './vocabulary.ts';

/** Nobody has let it go on in time. */
const unresumed = {
  target: 'checkpoint',
  actions: ['recordGivenUp', late(UNRESUMED.stopReason, UNRESUMED.error)],
} as const;

const unanswered = { type: 'recordUnanswered', params: output } as const;

/** A person's time: the longest time of the run does not count. */
export const paused = vocabulary.createStateConfig({
  tags: 'awaitsPerson',
  meta: { waitsFor: 'resume' },
  on: {
    CANCEL: { target: '#run.cancelling', actions: ['recordCancel', 'recordGivenUp'] },
    STALE: { target: '#run.fail', actions: ['recordStale', 'recordGivenUp'] },
  },
  invoke: [
    {
      id: 'resume',
      src: 'resume',
      input: ({ context: { pauses = 0, pause, done } }) => ({
        pause: pauses,
        done,
        until: pause?.until ?? 0,
      }),
      onDone: [
        { guard: { type: 'isUnresumed', params: output }, ...unresumed },
        { target: 'checkpoint', actions: { type: 'recordResume', params: output } },
      ],
      onError: {
        target: 'checkpoint',
        actions: ['recordGivenUp', failedBy('step_failed')],
      },
    },
    {
      id: 'resumeDeadline',
      ...personDeadline(({ pause, now }) => pause?.until ?? now),
      onDone: unresumed,
    },
    sealing,
  ],
});

/** A step has asked. It says how long it waits: the longest time of the run does not count. */
export const asking = vocabulary.createStateConfig({
  tags: 'awaitsPerson',
  meta: { waitsFor: 'answer', step: 'flow' },
  on: cutOff,
  invoke: [
    {
      id: 'answer',
      src: 'answer',
      input: ({ context }) => ({
        index: context.done,
        pauses: context.pauses ?? 0,
        until: answerUntil(context),
      }),
      onDone: [
        {
          guard: { type: 'isUnanswered', params: output },
          target: 'checkpoint',
          actions: unanswered,
        },
        { target: 'checkpoint', actions: { type: 'recordStep', params: output } },
      ],
      onError: { target: 'checkpoint', actions: stepFailed },
    },
    {
      id: 'answerDeadline',
      ...personDeadline(answerUntil),
      onDone: { target: 'checkpoint', actions: unanswered },
    },
    sealing,
  ],
});
