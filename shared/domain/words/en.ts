/* What is said of a run, in English: a text for each code. What stands in braces is put in, by `say.ts` and `say-end.ts`. */
import type { Receipt } from '#shared/api/contract/cancel/cancel.ts';
import type { ReceiptHopName } from '#shared/api/contract/cancel/receipt-hops.ts';
import type { Payload } from '#shared/domain/events/events.ts';
import { FAILURE_REASONS, type FailureReason } from '#shared/domain/events/failure-reasons.ts';
import type { Outcome } from '#shared/domain/run/outcome.ts';
import { LOSSES, type StaleReason } from '#shared/domain/run/stale-reason.ts';
import type { CancelSource } from '#shared/domain/run/status.ts';
import type { BROKEN, StopReason } from '#shared/domain/run/stop-reason.ts';
import type { UnavailableCode } from '#shared/domain/run/unavailable.ts';
import type { QueueWait, StoppingWait, WaitCode } from '#shared/domain/story/waits.ts';
import { englishCarried } from './carried/en.ts';
import { englishEnds } from './en-ends.ts';
import { englishPerson } from './en-person.ts';
import { englishSaid } from './en-said.ts';
import { englishHints, englishStepEnds } from './en-step-ends.ts';
import { stoppingFor } from './en-stopping.ts';
import { englishProfile } from './profile/en.ts';

const matching = (matches: number, what: string): string =>
  matches === 1
    ? `The element that matches {selector} is ${what}.`
    : `The first of ${matches} elements that match {selector} is ${what}.`;

const ORDINALS = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth'];

export const englishWords = {
  /** What it waits for. */
  waits: {
    no_runner: 'No runner is up.',
    no_fitting_runner: 'No runner that has all of the labels {labels} is up.',
    runners_silent: 'No runner that could take it has been heard for {heard}.',
    runner_unavailable: 'None of the runners that fit can take it. The last one says: {unavailable}',
    concurrency_key: '{holder} has its concurrency key {key}.',
    user_limit: 'Its user has {running} of the {limit} runs on runners that a user may have.',
    project_limit: '{project} runs {running} of the {limit} runs it may.',
    slots: 'All {slots} slots are busy; {place}.',
    runner: 'A slot is free; {place}.',
    browser: 'Runner {runner} opens a browser context for it.',
    commit: 'What it did last is being stored.',
    step: '{step} is under way.',
    element_missing: 'No element matches {selector}.',
    element_hidden: (matches: number) => matching(matches, 'not visible'),
    element_covered: (matches: number) => matching(matches, 'covered by {cover}'),
    element_disabled: (matches: number) => matching(matches, 'disabled'),
    element_moving: (matches: number) => matching(matches, 'still moving'),
    element_search: 'The search for {selector} takes long: the page is large.',
    page_loading: 'The server has not answered {request} for {requestAge}.',
    page_stalled: 'The answer to {request} has begun, and has not ended for {requestAge}.',
    page_busy: 'The page is not responding: its script is busy, for {age} now.',
    answer: 'It asks a person: {question}',
    resume: 'It is paused, and waits for a person: {pause}.',
    pausing: 'The call of its step is interrupted; then it is paused.',
    sealing: 'What it needs to go on elsewhere is kept; then its browser closes.',
    person: 'It waits for a person.',
    outcome: 'Its flow is over, and its browser context closes.',
    runner_silent: 'Runner {runner} has not been heard for {age}.',
    runner_lost: 'Runner {runner} is lost: it was last heard {age} ago.',
  } satisfies Record<Exclude<WaitCode, StoppingWait>, string | ((matches: number) => string)>,
  /** The same where a fact that stands in it is not known. */
  bare: {
    no_fitting_runner: 'No runner that has all of its labels is up.',
    runners_silent: 'No runner that could take it is heard.',
    runner_unavailable: 'None of the runners that fit can take it.',
    concurrency_key: 'Another run has its concurrency key.',
    user_limit: 'Its user has as many runs on runners as a user may have.',
    project_limit: 'Its project has as many runs on runners as a project may have.',
    slots: 'All slots are busy.',
    runner: 'A slot is free.',
    browser: 'Its browser context opens.',
    step: 'One of its steps is under way.',
    element_missing: 'No element matches the selector of its step.',
    element_hidden: 'The element of its step is not visible.',
    element_covered: 'The element of its step is covered by another one.',
    element_disabled: 'The element of its step is disabled.',
    element_moving: 'The element of its step is still moving.',
    element_search: 'The search for the element of its step takes long: the page is large.',
    page_loading: 'The server of the page has not answered yet.',
    page_stalled: 'The answer of the server of the page has begun, and has not ended.',
    page_busy: 'The page is not responding: its script is busy.',
    answer: 'It waits for the answer of a person.',
    resume: 'It is paused, and waits for a person.',
    runner_silent: 'Its runner is not heard.',
    runner_lost: 'Its runner is lost.',
  } satisfies Partial<Record<WaitCode, string>>,
  stopping: 'It is being stopped, and waits for {stopping}.',
  stoppingFor,
  holder: 'Run {run}',
  otherHolder: 'A run of another user',
  /** Why a runner takes no runs. */
  unavailable: {
    starting: 'It is starting.',
    full: 'All its slots are taken.',
    draining: 'It is shutting down: it takes no new runs.',
    no_browser: 'It has no browser that starts, so it takes no runs. It tries again by itself.',
    no_egress: 'Its egress proxy is down, so it takes no runs. It starts again by itself.',
    no_session: 'Its database session is lost, so it takes no runs. It tries again by itself.',
    slow_database: 'What it stores waits for the database, so it takes no runs until that is over.',
    silent: 'It has missed heartbeats.',
    gone: 'Its process has ended.',
  } satisfies Record<UnavailableCode | 'silent' | 'gone', string>,
  /** Since when it waits, until when, and what happens then. */
  besides: {
    needs: 'It needs a runner with the labels {labels}.',
    oldest: 'The oldest run in them has been there for {oldest}.',
    oldestRun: 'The oldest run in them, {oldestRun}, has been there for {oldest}.',
    queuedLeft: 'This has been so for {age}; if no runner takes it within {left}, it fails.',
    search: 'The search for it takes {search}.',
    httpStatus: 'The server answered the page with {status}.',
    documents: 'The page was loaded {documents} times in the last 10 s.',
    hanging: '{request} has not been answered for {requestAge}.',
    unended: 'The answer to {request} has not ended for {requestAge}.',
    taken: 'It has taken {spent} of {all}; then the run fails.',
    stepTaken: '{step} has taken {spent} of {all}; then the run fails.',
    busyLeft: '{step} has {left} left, then the run fails; a cancel closes the page right away.',
    timeIsUp: 'Its time is up: the run is about to fail.',
    answerLeft: 'If nobody answers within {left}, the run fails.',
    resumeLeft: 'If nobody lets it go on within {left}, the run fails.',
    answerLeftOn: 'If nobody answers within {left}, it goes on.',
    soFar: 'This has taken {age} so far.',
    soFarLeft: 'This has taken {age} so far; after another {left} the run fails.',
    leaseLeft: 'If it stays silent for {left} more, {leads}.',
    lostLeft: 'In {left} {leads}.',
    lostNow: 'It has been silent for too long: {leads} any moment now.',
    rungLeft: 'In at most {left} {rung}.',
    endLeft: 'It ends in at most {left}.',
    leaving: 'Its runner shuts down, and stops it in {leavingLeft} if it is not over by then.',
    leavingSoon: 'Its runner shuts down, and is about to stop it.',
    withoutRunner: 'It is parked: it has no runner and no browser until then.',
    pageUnseen: 'Its page cannot be looked at: NATS is out of reach.',
  },
  /** What comes next for a run that is being stopped, by the last part of its state. */
  rungs: {
    finishing: 'its atomic step is waited for',
    aborting: 'its call is aborted',
    cleaning: 'its onCancel steps begin',
    closing: 'its browser context is closed',
    killing: 'its browser is killed',
    stopped: 'it ends',
  } as Record<string, string>,
  otherRung: '{state} comes',
  leads: { fail: 'the run fails', requeue: 'the run goes back into the queue', park: 'the run is parked' },
  next: 'this run is next in line',
  ahead: (runs: number, isMore: boolean) => {
    if (isMore) return runs === 0 ? 'other runs wait, too' : `more than ${runs} older runs are in line, too`;
    const place = ORDINALS[runs];
    return place === undefined ? `it is number ${runs + 1} in line` : `it is ${place} in line`;
  },
  another: 'another one',
  step: (number: number) => `Step ${number} ({action})`,
  cleanup: (number: number) => `onCancel step ${number} ({action})`,
  /** What it waits for as far as its row tells, in lists. */
  listed: {
    runner: 'waits for a runner',
    browser: 'its browser context opens',
    outcome: 'its browser context closes',
    answer: 'waits for a person',
    resume: 'paused',
    pausing: 'is being paused',
    sealing: 'is being parked',
    person: 'parked: waits for a person, or for a runner after that',
    step: (step: number, of: number | undefined) =>
      of === undefined ? `in step ${step}` : `in step ${step} of ${of}`,
    stopping: (what: string) => `waits for ${what}`,
  },
  /** Why it did not pass; of a step that failed there is more. */
  failures: {
    launch_failed: 'No browser could be started for it.',
    launch_timeout: 'Its browser did not start in time.',
    secrets_unopened: 'What it had typed of the vault could not be opened again, which hiding it needs.',
    profile_stale: 'The login that it begins with does not last any more.',
    step_failed: 'One of its steps failed.',
    step_timeout: 'One of its steps was not done in time.',
    unanswered: 'Nobody answered its question in time.',
    unresumed: 'It was paused, and nobody let it go on in time.',
    commit_timeout: 'What it did could not be stored in time: the database did not answer.',
    close_failed: 'Its steps were done, but its browser context could not be closed.',
    queue_timeout: 'No runner took it in time.',
    deadline: 'It had reached the longest time that it may take.',
    cancelled: 'It was cancelled.',
    stale: 'Its runner was lost.',
    broken: 'It could not be started, or its results could not be stored.',
  } satisfies Record<StopReason | typeof BROKEN, string>,
  stepFailed: '{step} failed.',
  stepFailedFor: '{step} failed after {took}: {reason}.',
  reasons: FAILURE_REASONS as Record<FailureReason, string>,
  hints: englishHints,
  stepEnds: englishStepEnds,
  during: '{step} was interrupted.',
  /** What a run waited for until no runner had taken it in time. */
  waited: {
    no_runner: 'No runner was up.',
    no_fitting_runner: 'No runner that had all of the labels {labels} was up.',
    runners_silent: 'No runner that could have taken it was heard any more.',
    runner_unavailable: 'None of the runners that fit could take it. The last one said: {unavailable}',
    concurrency_key: '{holder} had its concurrency key {key}.',
    user_limit: 'Its user had {running} of the {limit} runs on runners that a user may have.',
    project_limit: '{project} ran {running} of the {limit} runs it may.',
    slots: 'All {slots} slots were busy.',
    runner: 'A slot had become free just then.',
  } satisfies Record<QueueWait, string>,
  ends: englishEnds,
  passed: (steps: number) => (steps === 1 ? 'Its step was done.' : `All ${steps} steps were done.`),
  passedBut: (steps: number, failed: number, skipped: number) =>
    `${steps} steps: ${[
      `${steps - failed - skipped} done`,
      failed > 0 && `${failed} optional failed`,
      skipped > 0 && `${skipped} skipped`,
    ]
      .filter(Boolean)
      .join(', ')}.`,
  passedAll: 'Every step was done.',
  /** Why the supervisor took it for lost. */
  verdicts: {
    lease_expired: 'Its runner was silent for longer than a runner may be.',
    owner_gone: 'Its process ended.',
    outage: 'PostgreSQL was out of reach for longer than its runner may go on.',
    overdue: 'Its cancel was overdue.',
    unreadable: 'Its stored machine could not be read.',
    unstorable: 'The database refused to store its end as it was.',
  } satisfies Record<StaleReason['why'] | 'outage', string>,
  /** The hops of a cancel, and what is said of them. */
  hops: {
    stored: 'stored',
    delivered: 'delivered',
    hardened: 'hardened',
    atomicStepEnded: 'atomic step over',
    abortRaised: 'abort raised',
    callInterrupted: 'call interrupted',
    onCancelDone: 'onCancel steps done',
    contextClosed: 'context closed',
    final: 'final',
  } satisfies Record<ReceiptHopName, string>,
  receipt: {
    stored: 'from here on the run ends as cancelled',
    to: (runner: string, claim: number) => `to runner ${runner}, claim ${claim}`,
    learned: {
      command: 'reached directly',
      heartbeat: 'learned with its heartbeat',
      commit: 'learned when it stored a step',
      supervisor: 'ended by a supervisor',
    } satisfies Record<NonNullable<Payload<'cancel'>['via']>, string>,
    in: (state: string) => `in ${state}`,
    interrupts: (step: number) => `interrupts step ${step}`,
    waitedFor: 'it was waited for',
    timeOver: 'its time was over',
    timedOut: 'did not return in time',
    kept: (steps: number, pictures: number, video: boolean) =>
      `${steps} step${steps === 1 ? '' : 's'}, ${pictures} picture${pictures === 1 ? '' : 's'}${video ? ', a video' : ''}`,
    lastLook: (what: string) => `at the end its ${what}`,
    cleaned: (ok: number, failed: number) => `${ok} done, ${failed} failed`,
    browsers: {
      alive: 'browser stays open for other runs',
      killed: 'browser killed',
      gone: 'browser gone',
      unknown: 'state of the browser unknown',
    } satisfies Record<NonNullable<Receipt['browser']>['outcome'], string>,
  },
  outcomes: {
    pass: 'passed',
    fail: 'failed',
    cancelled: 'cancelled',
    lost: 'lost',
  } satisfies Record<Outcome, string>,
  /** The same in a few words, in lists, receipts and stories. */
  losses: LOSSES,
  sources: {
    user: 'a user',
    supervisor: 'the supervisor',
    shutdown: 'a runner that shut down',
  } satisfies Record<CancelSource, string>,
  by: (who: string) => `by ${who}`,
  said: englishSaid,
  carried: englishCarried,
  profile: englishProfile,
  person: englishPerson,
};
export type Words = typeof englishWords;
