import { setImmediate } from 'node:timers/promises';
import type { Page } from 'playwright';
import type { Flow } from '#shared/flow/flow.ts';
import type { Redactor } from '#shared/flow/redact.ts';
import type { Step, StepAction } from '#shared/flow/step.ts';
import { settlesWithin } from '#shared/process/settles-within.ts';
import { act } from './act.ts';
import type { Cover } from './cover.ts';
import { StepFailure, StorageFailure } from './errors.ts';
import { readA11y, saveScreenshot } from './evidence.ts';
import { describeFailure, messageOf, oneLine, timedOut } from './failure.ts';
import type { Navigation } from './navigation.ts';
import { deadline, raceSignal } from './race.ts';

/**
 * The result of one executed step; `screenshotPath` is relative to the artifacts root, texts are redacted (I10). A step
 * that is `ok` has an `error` only if its picture could not be kept.
 */
export interface StepOutcome {
  index: number;
  action: StepAction;
  ok: boolean;
  error?: string;
  screenshotPath?: string;
  a11y?: string;
}

export interface PerformOptions {
  flow: Flow;
  /** The flow's steps, or its `onCancel` steps. */
  steps: Step[];
  page: Page;
  /** Aborted when the page is no longer usable; its reason is a `StepFailure`. */
  gone: AbortSignal;
  navigation: Navigation;
  redact: Redactor;
  cover: Cover;
  uploadDir: string | undefined;
  /** Resolves with the path of a step's picture. */
  keepPicture(index: number, picture: Uint8Array): Promise<string>;
  /** Called when the requested evidence of a finished step could not be collected. */
  evidenceLost(index: number, what: string, reason: string): void;
}

type Evidence = Pick<StepOutcome, 'screenshotPath' | 'a11y' | 'error'>;

/** Evidence after a step may take this long at most, so that a busy page does not cost a whole step timeout. */
const EVIDENCE_MS = 3_000;
/** A tenth of the step's time, but enough for a screenshot, and never most of it. */
const evidenceShare = (budget: number) => Math.min(500, Math.max(budget / 10, Math.min(200, budget / 3)));
/** How long after its timeout a call may still report what it was waiting for; on a busy machine this comes late. */
const LAST_WORD_MS = 150;
/** How long an aborted call may take to return by itself before only closing the context ends it. */
const ABORT_PATIENCE_MS = 5;

/**
 * Runs single steps. Success and failure are both outcomes; the promise rejects only with the reason of the caller's
 * signal, recognised by the signal and never by an error's text (I4). A step takes its own timeout plus a short extra
 * at most, evidence included: if evidence is wanted, the action gets less time.
 */
export function createPerformer(options: PerformOptions) {
  const { flow, steps, page, gone, navigation, redact } = options;

  return async function perform(index: number, signal: AbortSignal): Promise<StepOutcome> {
    signal.throwIfAborted();
    const step = steps[index];
    if (step === undefined) throw new RangeError(`the flow has no step ${index}`);
    const budget = step.timeoutMs ?? flow.defaultTimeoutMs;
    using whole = deadline(budget, new StepFailure(timedOut(budget)));
    const end = performance.now() + budget;
    const stop = AbortSignal.any([signal, gone]);
    const stopOrEnd = AbortSignal.any([stop, whole.signal]);
    const isSnapshot = step.action === 'snapshot';
    // A failed step whose video is kept gets a screenshot as well.
    const ofFailure = !isSnapshot && flow.recordVideoOnFailure;
    const wants = {
      picture: isSnapshot || flow.captureScreenshotAfterEachStep,
      a11y: isSnapshot || flow.captureA11yAfterEachStep,
    };

    let evidence: Evidence = {};
    let failure: unknown;
    try {
      if (isSnapshot) evidence = await collect(index, wants, stopOrEnd, budget);
      else {
        await attempt(step, stop, budget, wants.picture || wants.a11y || ofFailure);
        whole.signal.throwIfAborted(); // what ended only within the extra time was too late
      }
    } catch (error) {
      // A lost page fails the pending call first and reports why one turn later.
      await setImmediate();
      failure = gone.aborted ? gone.reason : error;
    }
    signal.throwIfAborted();
    const left = end - performance.now();
    if (!isSnapshot && left > 1) {
      const picture = wants.picture || (ofFailure && failure !== undefined);
      evidence = await collectQuietly(index, { ...wants, picture }, stopOrEnd, Math.min(left, EVIDENCE_MS));
      signal.throwIfAborted();
    }
    const outcome = { index, action: step.action, ok: failure === undefined, ...evidence };
    if (failure === undefined) return outcome;
    const error = await describeFailure(step, failure, budget, redact);
    const where = step.action === 'goto' ? undefined : await navigation.why();
    signal.throwIfAborted();
    return { ...outcome, error: where?.refused ? `${error}; ${oneLine(await redact(where.text))}` : error };
  };

  async function attempt(
    step: Exclude<Step, { action: 'snapshot' }>,
    stop: AbortSignal,
    budget: number,
    leaveTime: boolean,
  ): Promise<void> {
    const limit = leaveTime ? budget - evidenceShare(budget) : budget;
    // Playwright's own timeout comes first: it knows what the call was waiting for.
    const timeout = Math.max(1, limit - Math.min(20, limit / 20));
    using cut = deadline(limit + LAST_WORD_MS, new StepFailure(timedOut(budget)));
    const signal = AbortSignal.any([stop, cut.signal]);
    const { uploadDir } = options;
    const call = act(step, { page, navigation, baseUrl: flow.baseUrl, uploadDir, signal, timeout });
    try {
      await raceSignal(call, signal);
    } catch (error) {
      await settlesWithin(call, ABORT_PATIENCE_MS);
      throw error;
    }
  }

  async function collect(index: number, wants: Wants, stop: AbortSignal, timeout: number): Promise<Evidence> {
    const call = { signal: stop, timeout: Math.max(1, timeout) };
    const picture = wants.picture
      ? saveScreenshot(page, (taken) => options.keepPicture(index, taken), options.cover, call)
      : undefined;
    const tree = wants.a11y ? readA11y(page, redact, call) : undefined;
    const [screenshotPath, a11y] = await raceSignal(Promise.all([picture, tree]), stop);
    return { ...(screenshotPath && { screenshotPath }), ...(a11y !== undefined && { a11y }) };
  }

  /** Evidence does not change the outcome of a finished action: what cannot be collected is left out. */
  async function collectQuietly(
    index: number,
    wants: Wants,
    stop: AbortSignal,
    ms: number,
  ): Promise<Evidence> {
    using cut = deadline(ms, new StepFailure('no evidence in time'));
    const signal = AbortSignal.any([stop, cut.signal]);
    const lost =
      (what: string) =>
      async (error: unknown): Promise<Evidence> => {
        if (stop.aborted) return {};
        options.evidenceLost(index, what, oneLine(await redact(messageOf(error))));
        return error instanceof StorageFailure ? { error: error.message } : {};
      };
    const [picture, tree] = await Promise.all([
      collect(index, { picture: wants.picture, a11y: false }, signal, ms).catch(lost('picture')),
      collect(index, { picture: false, a11y: wants.a11y }, signal, ms).catch(lost('accessibility tree')),
    ]);
    return { ...picture, ...tree };
  }
}

interface Wants {
  picture: boolean;
  a11y: boolean;
}
