import type { FlowWait, Rung } from '#shared/domain/run/meaning.ts';
import type { Status } from '#shared/domain/run/status.ts';

/** What it means that a run is in a state. */
export const englishStates = {
  waits: {
    runner: 'Is in the queue until a runner takes it.',
    browser: 'A runner has it and opens a browser context.',
    steps: 'Works through the steps of the flow.',
    commit: 'Waits until the step before is stored; here a flow may stop.',
    step: 'A step is under way in the browser.',
    answer: 'Waits for the answer of a person.',
    pausing: 'The pending call was aborted; then the run is paused.',
    resume: 'Paused: waits until a person lets it go on.',
    sealing: 'What it needs to go on elsewhere is kept; then its browser closes.',
    person: 'Waits for a person, without a runner and a browser; then for a runner.',
    outcome: 'The flow is over: the context closes before the result counts.',
  } satisfies Record<FlowWait, string>,
  rungs: {
    finish: 'Waits for an atomic step to end by itself.',
    abort: 'The pending call was aborted; waits for it to return.',
    cleanup: 'Runs the onCancel steps of the flow.',
    close: 'Closes the browser context.',
    kill: 'Kills the browser.',
  } satisfies Record<Rung, string>,
  statuses: {
    running: 'The flow is under way.',
    cancelling: 'A cancel was taken: the run goes from rung to rung until it is over.',
    pass: 'The flow is done.',
    fail: 'A step failed, or the run was stopped.',
  } satisfies Record<Status, string>,
};
export type StateTexts = typeof englishStates;
