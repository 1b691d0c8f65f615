import { setImmediate } from 'node:timers/promises';
import type { PageLook } from '#shared/adapters/bus/command.ts';
import type { ShownQuestion } from '#shared/domain/events/describer.ts';
import type { Flow } from '#shared/domain/flow/flow.ts';
import type { Redactor } from '#shared/domain/flow/redact.ts';
import type { Step, StepAction } from '#shared/domain/flow/step.ts';
import { stepTimeMs } from '#shared/domain/flow/vault.ts';
import type { StepPhase } from '#shared/domain/run/status.ts';
import { StepTimeout } from '../errors.ts';
import {
  collect,
  collectQuietly,
  type Evidence,
  type EvidenceOptions,
  evidenceShare,
  wantsOf,
} from '../evidence/collect-evidence.ts';
import { deadline } from '../race.ts';
import { ExpectationFailure } from '../results/expectation.ts';
import type { AskStep, StepValues } from '../results/step-values.ts';
import type { StepFindings } from './act.ts';
import { type AttemptTime, attempt } from './attempt.ts';
import type { Downloads } from './downloads.ts';
import { describeFailed, type Explained, type ExplainOptions, factsOfFailed } from './explain-failure.ts';
import { isWanted } from './is-wanted.ts';
import { lookAtEnd } from './look-at-end.ts';
import type { Popups } from './popups.ts';
import { inTries, type Try } from './tries.ts';

/**
 * The result of one executed step; `screenshotPath` is relative to the artifacts root, texts are redacted (I10). A step
 * that is `ok` has an `error` only if some of its evidence is not there.
 */
export interface PerformedStep extends Evidence, StepFindings, Partial<Explained> {
  index: number;
  action: StepAction;
  ok: boolean;
  /** How often it was tried, if more than once. */
  attempts?: number;
  /** What it was to be done `when` was not so. */
  skipped?: true;
  /** What it asks a person: it is over once that has answered. */
  asks?: ShownQuestion;
}

export interface PerformOptions extends EvidenceOptions, ExplainOptions {
  flow: Flow;
  /** The flow's steps, or its `onCancel` steps. */
  steps: Step[];
  /** Aborted when the page is no longer usable; its reason is a `StepFailure`. */
  gone: AbortSignal;
  uploadFolders: readonly string[] | undefined;
  values: StepValues;
  /** Whose steps they are. */
  phase: StepPhase;
  answerDialogs(as: Step['dialog']): void;
  popups: Popups;
  downloads: Downloads;
  /** What the page is like while a step waits on it. */
  look(index: number): Promise<PageLook>;
}

/**
 * How much longer than its own time a step may take for its evidence, ms, and the most that evidence takes. A page whose
 * script is busy gives none, but on a busy machine it looks like one that only lacks processor time.
 */
export const EVIDENCE_MS = 3_000;
/** The same where no more may be waited: other steps have the same time, or the page is still asked for and may have no picture. */
export const SHORT_EVIDENCE_MS = 400;

/**
 * Runs single steps. Success and failure are outcomes; it rejects only with the reason of the caller's signal, if that
 * cuts off the action (I4); raised later, it ends the evidence. The action takes at most the step's own timeout.
 */
export const createPerformer = (options: PerformOptions) => (index: number, signal: AbortSignal) =>
  inTries(stepAt(options.steps, index), AbortSignal.any([signal, options.gone]), (aTry) =>
    perform(options, index, signal, aTry),
  );

async function perform(
  given: PerformOptions,
  index: number,
  signal: AbortSignal,
  { isFirst, isLast }: Try,
): Promise<PerformedStep> {
  signal.throwIfAborted();
  const options = begin(given, index);
  const { flow, steps, gone, redact } = options;
  const step = stepAt(steps, index);
  const budget = stepTimeMs(step, flow);
  using whole = deadline(budget, () => new StepTimeout(budget));
  // Steps that clean up share their time: none is used to explain one.
  const isExplained = options.phase === 'flow';
  using atEnd = lookAtEnd(() => options.look(index), isExplained ? budget : 0);
  const end = performance.now() + budget;
  const stop = AbortSignal.any([signal, gone]);

  if (isFirst) options.navigation.stepBegins();
  let failure: unknown;
  let { evidence, found }: Acted = { evidence: {}, found: {} };
  try {
    ({ evidence, found } = await act(options, index, { isFirst, stop, whole: whole.signal, budget }));
  } catch (error) {
    // A lost page fails the pending call first and reports why one turn later.
    await setImmediate();
    signal.throwIfAborted();
    failure = gone.aborted ? gone.reason : (options.popups.lost(options.page) ?? error);
  }
  const hasFailed = failure !== undefined;
  const failed = hasFailed
    ? factsOfFailed(
        options,
        { step, error: failure, budgetMs: budget },
        { atEnd, searches: isLast && isExplained, stop },
      )
    : undefined;
  if (step.action !== 'snapshot' && !found.skipped && (isLast || !hasFailed))
    evidence = await evidenceOf(options, index, { failure, end, stop });
  const outcome = {
    index,
    action: step.action,
    ok: !hasFailed,
    ...evidence,
    ...(await safe(found, failure, redact)),
  };
  if (!failed) return outcome;
  return { ...outcome, ...(await describeFailed(options, await failed, evidence.error, signal)) };
}

interface Acted {
  evidence: Evidence;
  found: StepFindings & Pick<PerformedStep, 'skipped' | 'asks'>;
}

interface ActTime {
  isFirst: boolean;
  stop: AbortSignal;
  /** Aborted at the end of the step's own time. */
  whole: AbortSignal;
  budget: number;
}

/** The action of a step, unless it is not wanted. */
async function act(options: PerformOptions, index: number, time: ActTime): Promise<Acted> {
  const { isFirst, stop, whole, budget } = time;
  const { flow, steps, popups, phase } = options;
  const step = stepAt(steps, index);
  const stopOrEnd = AbortSignal.any([stop, whole]);
  // A step that asks for nothing begins at once: its time counts from here.
  if (step.page === 'popup') popups.demand();
  if (isFirst && step.when && !(await isWanted(options, step.when, stopOrEnd)))
    return { evidence: {}, found: { skipped: true } };
  if (step.action === 'snapshot')
    return { evidence: await collect(options, index, wantsOf(step, flow), stopOrEnd, budget), found: {} };
  if (step.action === 'ask') return { evidence: {}, found: { asks: await askedBy(step, options) } };
  const context = { ...options, baseUrl: flow.baseUrl, place: { phase, index } };
  const found = await attempt(step, context, stop, timeOf(options, step, budget));
  whole.throwIfAborted(); // what ended only within the extra time was too late
  return { evidence: {}, found };
}

/** The longest text of a question in an event. UTF-16 units. */
const LONGEST_QUESTION = 4_000;

/** The question as it may be shown. */
async function askedBy(step: AskStep, { values }: Pick<PerformOptions, 'values'>): Promise<ShownQuestion> {
  // Its labels and options are the author's words to people: one that was hidden could not be chosen.
  return { text: await values.textShown(step, LONGEST_QUESTION), fields: step.fields };
}

/** The same on the page that the step is done on; what an earlier step expected does not count any more. */
function begin(options: PerformOptions, index: number): PerformOptions {
  options.answerDialogs(undefined);
  options.downloads.expect(undefined);
  const isOnPopup = stepAt(options.steps, index).page === 'popup';
  return { ...options, page: (isOnPopup && options.popups.take()) || options.page };
}

/** What a step has found, as it may be shown: texts of an expectation are redacted, then cut. */
async function safe(found: Acted['found'], failure: unknown, redact: Redactor): Promise<Acted['found']> {
  const expectation = failure instanceof ExpectationFailure ? failure.expectation : found.expectation;
  if (!expectation) return found;
  const { is, expected, found: actual } = expectation;
  const shown = (text: string) => redact(text, LONGEST_FOUND);
  return {
    ...found,
    expectation: {
      is,
      expected: await shown(expected),
      ...(actual !== undefined && { found: await shown(actual) }),
    },
  };
}

/** The longest text of an expectation in an event. UTF-16 units. */
const LONGEST_FOUND = 500;

interface Ended {
  /** Undefined if it is done. */
  failure: unknown;
  /** End of the step's own time. */
  end: number;
  stop: AbortSignal;
}

async function evidenceOf(options: PerformOptions, index: number, ended: Ended): Promise<Evidence> {
  const { flow, steps, navigation, bare, evidenceMs } = options;
  const { failure, end, stop } = ended;
  const hasFailed = failure !== undefined;
  const wants = wantsOf(stepAt(steps, index), flow);
  // A failed step whose video is kept, or that waits for a person, gets a screenshot as well, and an expectation that is not met.
  const isShown =
    flow.recordVideoOnFailure ||
    flow.pauseOnFailure !== undefined ||
    stepAt(steps, index).action === 'expect';
  // People see what they are asked about.
  const picture = wants.picture || (isShown && hasFailed) || stepAt(steps, index).action === 'ask';
  if (!picture && !wants.a11y) return {};
  const more = hasFailed && navigation.pending ? Math.min(evidenceMs, SHORT_EVIDENCE_MS) : evidenceMs;
  const left = Math.max(0, end - performance.now());
  const until = bare ? AbortSignal.any([stop, bare]) : stop;
  const mark = failure instanceof ExpectationFailure ? failure.selector : undefined;
  return collectQuietly(
    options,
    index,
    { ...wants, picture, mark },
    until,
    Math.min(left + more, EVIDENCE_MS),
  );
}

function stepAt(steps: Step[], index: number): Step {
  const step = steps[index];
  if (step === undefined) throw new RangeError(`the flow has no step ${index}`);
  return step;
}

/** The action leaves time for the evidence that there may be of it. */
function timeOf({ flow }: PerformOptions, step: Step, budget: number): AttemptTime {
  const { picture, a11y } = wantsOf(step, flow);
  const leavesTime = picture || a11y || flow.recordVideoOnFailure || flow.pauseOnFailure !== undefined;
  const limit = leavesTime ? budget - evidenceShare(budget) : budget;
  return { budget, limit };
}
