import { cancelling } from './cancelling-states.ts';
import { running } from './running-states.ts';
import { vocabulary } from './vocabulary.ts';

/**
 * The life of a run. Pure: no I/O, no clock, no logger. Its top state is the run's status (I1), its effects are
 * invoked actors with explicit ids, and every effect races a deadline (I4).
 */
export const runMachine = vocabulary.createMachine({
  id: 'run',
  context: ({ input: { atomicSteps = [], cleanupSteps = 0, begins = 0, ...input } }) => ({
    ...input,
    atomicSteps,
    cleanupSteps,
    attempt: 1,
    now: 0,
    ...(begins > 0 && { begins }),
    done: begins,
    cleaned: 0,
    failed: false,
    stale: false,
  }),
  initial: 'running',
  states: {
    running,
    cancelling,
    pass: { type: 'final' },
    fail: { type: 'final' },
  },
});

export type RunMachine = typeof runMachine;
