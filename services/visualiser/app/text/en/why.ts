import type { WaitingForCode } from '#shared/contract/waiting-for.ts';

const matching = (matches: number, what: string): string =>
  matches === 1
    ? `The element that matches {selector} is ${what}.`
    : `The first of ${matches} elements that match {selector} is ${what}.`;
const stopping = 'It is being stopped, and waits for {stopping}.';

/** What a run waits for, and why it ended. What stands in braces is put in. */
export const why = {
  why: {
    codes: {
      no_runner: 'No runner is up.',
      no_fitting_runner: 'No runner that has all of the labels {labels} is up.',
      runner_unavailable: 'None of the runners that fit can take it. {unavailable}',
      concurrency_key: 'Run {run} has its concurrency key {key}.',
      user_limit: 'Its user has {limit} runs on runners, as many as a user may have.',
      project_limit: 'Its project has {limit} runs on runners, as many as a project may have.',
      slots: 'All {slots} slots are busy, and {place}.',
      runner: 'A slot is free, and {place}.',
      browser: 'Runner {runner} opens a browser context for it.',
      commit: 'What it did last is being stored.',
      step: '{step} is under way.',
      element_missing: 'No element matches {selector}.',
      element_hidden: (matches: number) => matching(matches, 'not visible'),
      element_covered: (matches: number) => matching(matches, 'covered by another one'),
      element_disabled: (matches: number) => matching(matches, 'disabled'),
      page_busy: 'The page has not answered for {age}: its script is busy.',
      outcome: 'Its flow is over, and its browser context closes.',
      runner_silent: 'Runner {runner} has not been heard for {age}.',
      runner_lost: 'Runner {runner} is lost: it was last heard {age} ago.',
      atomic_step: stopping,
      interrupted_call: stopping,
      on_cancel_steps: stopping,
      context_close: stopping,
      browser_kill: stopping,
      machine: stopping,
      delivery: stopping,
      supervisor_no_runner: stopping,
      supervisor_runner_lost: stopping,
    } satisfies Record<WaitingForCode, string | ((matches: number) => string)>,
    keyOfOther: 'A run of somebody else has its concurrency key {key}.',
    oldest: 'The oldest run in them has been there for {oldest}.',
    next: 'this run is next in line',
    ahead: (runs: number, isMore: boolean) =>
      isMore
        ? `more than ${runs} older runs wait, too`
        : `${runs} older ${runs === 1 ? 'run waits' : 'runs wait'}, too`,
    toSystem: 'See the runners',
    step: (number: number) => `Step ${number} ({action})`,
    cleanup: (number: number) => `onCancel step ${number} ({action})`,
    taken: 'It has taken {spent} of {all}; then the run fails.',
    stepTaken: '{step} has taken {spent} of {all}; then the run fails.',
    timeIsUp: 'Its time is up: the run is about to fail.',
    busyLeft: '{step} has {left} left, then the run fails; a cancel closes the page at once.',
    queuedLeft: 'It has waited for {age}; if no runner takes it within {left}, it fails.',
    soFar: 'This has taken {age} so far.',
    soFarLeft: 'This has taken {age} so far; after another {left} the run fails.',
    leaseLeft: 'If it stays silent, its lease ends in {left}; then {leads}.',
    lostLeft: 'Its lease ends in {left}; then {leads}.',
    lostNow: 'Its lease is over; {leads} any moment now.',
    leads: { fail: 'the run fails', requeue: 'its flow starts again' },
    rungLeft: 'After {age} so far, {rung} comes in {left} at the latest.',
    endLeft: 'It ends in {left} at the latest.',
    failures: {
      step: '{step} failed.',
      launch_failed: 'No browser could be started for it.',
      launch_timeout: 'Its browser did not start in time.',
      commit_timeout: 'What it did could not be stored in time: the database did not answer.',
      close_failed: 'Its steps were done, but its browser context could not be closed.',
      queue_timeout: 'No runner took it in time.',
      deadline: 'It had reached the longest time that its flow allows.',
      broken: 'It could not be started, or its results could not be stored.',
      other: 'It could not go on.',
    },
    during: '{step} was interrupted.',
    lost: 'Its runner {runner} was lost, and nobody had asked for its end.',
    lostUnclaimed: 'It was lost, and nobody had asked for its end.',
    cancelled: {
      user: 'A user asked for its end.',
      supervisor: 'The supervisor ended it.',
      shutdown: 'Its runner shut down and stopped it.',
    },
    reason: 'The reason given: {reason}.',
    passed: (steps: number) => (steps === 1 ? 'Its step was done.' : `All ${steps} steps were done.`),
    passedAll: 'Every step was done.',
    look: 'Look at that moment',
  },
};
