import { setImmediate } from 'node:timers/promises';
import type { PageLook } from '#shared/bus/command.ts';
import type { FailureReason } from '#shared/events/failure-reasons.ts';
import type { Flow } from '#shared/flow/flow.ts';
import type { Step, StepAction } from '#shared/flow/step.ts';
import { type AttemptTime, attempt } from './attempt.ts';
import {
  collect,
  collectQuietly,
  type Evidence,
  type EvidenceOptions,
  evidenceShare,
  wantsOf,
} from './collect-evidence.ts';
import { StepTimeout } from './errors.ts';
import { describeFailure, isTimeout, oneLine } from './failure.ts';
import { lookAtEnd } from './look-at-end.ts';
import type { Navigation } from './navigation.ts';
import { deadline, raceSignal } from './race.ts';

/**
 * The result of one executed step; `screenshotPath` is relative to the artifacts root, texts are redacted (I10). A step
 * that is `ok` has an `error` only if its picture could not be kept.
 */
export interface StepOutcome extends Evidence {
  index: number;
  action: StepAction;
  ok: boolean;
  /** Why it was not done in its time. */
  reason?: FailureReason;
}

export interface PerformOptions extends EvidenceOptions {
  flow: Flow;
  /** The flow's steps, or its `onCancel` steps. */
  steps: Step[];
  /** Aborted when the page is no longer usable; its reason is a `StepFailure`. */
  gone: AbortSignal;
  /** Aborted when no evidence is wanted any more. */
  bare: AbortSignal;
  navigation: Navigation;
  uploadFolders: readonly string[] | undefined;
  /** What the page is like while a step waits on it. */
  look(index: number): Promise<PageLook>;
}

/** Evidence after a step may take this long at most, so that a busy page does not cost a whole step timeout. */
const EVIDENCE_MS = 3_000;
/** How much longer than its time a step may take for the evidence of its failure, if its page answers, ms. */
const FAILURE_EVIDENCE_MS = 400;

/**
 * Runs single steps. Success and failure are both outcomes; the promise rejects only with the reason of the caller's
 * signal, recognised by the signal and never by an error's text (I4). A step takes its own timeout plus a short extra
 * at most, evidence included: if evidence is wanted, the action gets less time.
 */
export const createPerformer = (options: PerformOptions) => (index: number, signal: AbortSignal) =>
  perform(options, index, signal);

async function perform(options: PerformOptions, index: number, signal: AbortSignal): Promise<StepOutcome> {
  signal.throwIfAborted();
  const { flow, steps, gone, bare, navigation, redact } = options;
  const step = stepAt(steps, index);
  const budget = step.timeoutMs ?? flow.defaultTimeoutMs;
  using whole = deadline(budget, () => new StepTimeout(budget));
  using atEnd = lookAtEnd(() => options.look(index), budget);
  const end = performance.now() + budget;
  const stop = AbortSignal.any([signal, gone]);
  const stopOrEnd = AbortSignal.any([stop, whole.signal]);
  const wants = wantsOf(step, flow);

  let evidence: Evidence = {};
  let failure: unknown;
  try {
    if (step.action === 'snapshot') evidence = await collect(options, index, wants, stopOrEnd, budget);
    else {
      await attempt(step, { ...options, baseUrl: flow.baseUrl }, stop, timeOf(options, step, budget));
      whole.signal.throwIfAborted(); // what ended only within the extra time was too late
    }
  } catch (error) {
    // A lost page fails the pending call first and reports why one turn later.
    await setImmediate();
    failure = gone.aborted ? gone.reason : error;
  }
  signal.throwIfAborted();
  const answers = await answersInTheEnd(atEnd, { step, failure }, stop);
  const left = end + (answers ? FAILURE_EVIDENCE_MS : 0) - performance.now();
  if (step.action !== 'snapshot' && left > 1) {
    // A failed step whose video is kept gets a screenshot as well.
    const picture = wants.picture || (flow.recordVideoOnFailure && failure !== undefined);
    const ms = Math.min(left, EVIDENCE_MS);
    evidence = await collectQuietly(options, index, { ...wants, picture }, AbortSignal.any([stop, bare]), ms);
    signal.throwIfAborted();
  }
  const outcome = { index, action: step.action, ok: failure === undefined, ...evidence };
  if (failure === undefined) return outcome;
  const failed = await describeFailure(
    { step, error: failure, budgetMs: budget, isPageBusy: answers === false },
    redact,
  );
  const where = step.action === 'goto' ? undefined : await navigation.why();
  signal.throwIfAborted();
  if (!where?.refused) return { ...outcome, ...failed };
  return { ...outcome, ...failed, error: `${failed.error}; ${oneLine(await redact(where.text))}` };
}

/** Whether the page of a step that is out of time answers; undefined if that is not known, or not asked. */
async function answersInTheEnd(
  { doesPageAnswer }: ReturnType<typeof lookAtEnd>,
  { step, failure }: { step: Step; failure: unknown },
  stop: AbortSignal,
): Promise<boolean | undefined> {
  if (isTimeout(failure)) return raceSignal(doesPageAnswer(), stop).catch(() => undefined);
  // It has answered all the time, and not with what was claimed.
  return step.action === 'verify' && failure !== undefined ? true : undefined;
}

function stepAt(steps: Step[], index: number): Step {
  const step = steps[index];
  if (step === undefined) throw new RangeError(`the flow has no step ${index}`);
  return step;
}

/** The action leaves time for the evidence that there may be of it. */
function timeOf({ flow }: PerformOptions, step: Step, budget: number): AttemptTime {
  const { picture, a11y } = wantsOf(step, flow);
  const leavesTime = picture || a11y || flow.recordVideoOnFailure;
  return { budget, limit: leavesTime ? budget - evidenceShare(budget) : budget };
}
