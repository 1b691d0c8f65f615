/*
 * A run that waits long for a person, or whose runner leaves or is lost meanwhile, gives up its browser; any runner opens its
 * page again once that wait is over. Whether a question or a pause is open, its context says.
 */
import type { RunContext, Sealed, Timed } from './context.ts';
import { within } from './deadlines.ts';
import { endsWait } from './interruptions.ts';
import { failedBy, late, output, recordTime, UNRESUMED } from './records.ts';
import { vocabulary } from './vocabulary.ts';

const received = { type: 'recordTime', params: ({ event }: { event: Timed }) => event } as const;

/** Its runner is lost while a question or a pause is open. */
export const LOST = {
  guard: 'isOpen',
  target: '.parked',
  actions: [received, { type: 'recordParked', params: { why: 'lost' } }],
} as const;

/**
 * An effect of the states that wait for a person: after its time on this runner, or when that leaves, what the run needs to go
 * on elsewhere is kept. If it cannot be, the run stays.
 */
export const sealing = {
  id: 'seal',
  src: 'seal',
  input: ({ context: { done, parkAfterMs, parked, now } }: { context: RunContext }) => ({
    done,
    at: parkAfterMs === undefined || parked?.isOpen ? null : now + parkAfterMs,
  }),
  onDone: {
    guard: { type: 'isKept', params: output<Sealed> },
    target: 'parking',
    actions: { type: 'recordParking', params: output<Sealed> },
  },
} as const;

/** Its context closes. What a person does meanwhile counts once it is parked. */
export const parking = vocabulary.createStateConfig({
  tags: 'awaitsPerson',
  meta: { waitsFor: 'sealing', step: 'flow' },
  // There is no page to clean up on.
  on: { ...endsWait, CANCEL: { ...endsWait.CANCEL, target: '#run.cancelling.closing' } },
  invoke: [
    {
      id: 'park',
      src: 'park',
      onDone: {
        target: '#run.running.parked',
        actions: [recordTime, { type: 'recordParked', params: {} }],
      },
      onError: { target: '#run.running.settling', actions: [failedBy('close_failed'), 'recordLeftOpen'] },
    },
    {
      id: 'parkDeadline',
      ...within(({ budget }) => budget.settle),
      onDone: {
        target: '#run.running.settling',
        actions: [late('close_failed', 'the browser did not close in time'), 'recordLeftOpen'],
      },
    },
  ],
});

/** It has no runner and no browser: it waits for the person, then for a runner that claims it. */
export const parked = vocabulary.createStateConfig({
  tags: ['unowned', 'awaitsPerson'],
  meta: { waitsFor: 'person', step: 'flow' },
  on: {
    ...endsWait,
    CLAIM: { target: 'launching', actions: { type: 'recordClaim', params: ({ event }) => event } },
    CANCEL: { target: '#run.cancelling.stopped', actions: ['recordCancel', 'recordLeftOpen'] },
    EXPIRE: [
      {
        guard: 'isUnclaimed',
        target: '#run.fail',
        actions: [
          received,
          {
            type: 'recordFailure',
            params: ({ event: { error } }) => ({ stopReason: 'queue_timeout', error }),
          },
          'recordLeftOpen',
        ],
      },
      // The time of the person is over. One that goes on without an answer is claimed instead.
      {
        guard: 'isPaused',
        target: '#run.fail',
        actions: [received, 'recordGivenUp', { type: 'recordFailure', params: UNRESUMED }],
      },
      {
        guard: 'failsUnanswered',
        target: '#run.fail',
        actions: { type: 'recordUnanswered', params: ({ event }) => event },
      },
    ],
  },
});
