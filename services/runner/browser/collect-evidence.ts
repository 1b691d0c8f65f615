import type { Page } from 'playwright';
import type { Flow } from '#shared/flow/flow.ts';
import type { Redactor } from '#shared/flow/redact.ts';
import type { Step } from '#shared/flow/step.ts';
import type { Cover } from './cover.ts';
import { StepFailure, StorageFailure } from './errors.ts';
import { readA11y, saveScreenshot } from './evidence.ts';
import { messageOf, oneLine } from './failure.ts';
import { deadline, raceSignal } from './race.ts';

/** `error`: a picture could not be kept. */
export interface Evidence {
  screenshotPath?: string;
  a11y?: string;
  error?: string;
}

export interface Wants {
  picture: boolean;
  a11y: boolean;
}

export interface EvidenceOptions {
  page: Page;
  redact: Redactor;
  cover: Cover;
  /** Resolves with the path of a step's picture. */
  keepPicture(index: number, picture: Uint8Array): Promise<string>;
  /** Called when the requested evidence of a finished step could not be collected. */
  evidenceLost(index: number, what: string, reason: string): void;
}

/** A tenth of the step's time, but enough for a screenshot, and never most of it. */
export const evidenceShare = (budget: number) =>
  Math.min(500, Math.max(budget / 10, Math.min(200, budget / 3)));

export function wantsOf(step: Step, flow: Flow): Wants {
  const isSnapshot = step.action === 'snapshot';
  return {
    picture: isSnapshot || flow.captureScreenshotAfterEachStep,
    a11y: isSnapshot || flow.captureA11yAfterEachStep,
  };
}

export async function collect(
  options: EvidenceOptions,
  index: number,
  wants: Wants,
  stop: AbortSignal,
  timeout: number,
): Promise<Evidence> {
  const { page, redact, cover } = options;
  const call = { signal: stop, timeout: Math.max(1, timeout) };
  const picture = wants.picture
    ? saveScreenshot(page, (taken) => options.keepPicture(index, taken), cover, call)
    : undefined;
  const tree = wants.a11y ? readA11y(page, redact, call) : undefined;
  const [screenshotPath, a11y] = await raceSignal(Promise.all([picture, tree]), stop);
  return { ...(screenshotPath && { screenshotPath }), ...(a11y !== undefined && { a11y }) };
}

/** Evidence does not change the outcome of a finished action: what cannot be collected is left out. */
export async function collectQuietly(
  options: EvidenceOptions,
  index: number,
  wants: Wants,
  stop: AbortSignal,
  ms: number,
): Promise<Evidence> {
  using cut = deadline(ms, () => new StepFailure('no evidence in time'));
  const signal = AbortSignal.any([stop, cut.signal]);
  const lost =
    (what: string) =>
    async (error: unknown): Promise<Evidence> => {
      if (stop.aborted) return {};
      options.evidenceLost(index, what, oneLine(await options.redact(messageOf(error))));
      return error instanceof StorageFailure ? { error: error.message } : {};
    };
  const collectOne = (part: Wants) => collect(options, index, part, signal, ms);
  const [picture, tree] = await Promise.all([
    collectOne({ picture: wants.picture, a11y: false }).catch(lost('picture')),
    collectOne({ picture: false, a11y: wants.a11y }).catch(lost('accessibility tree')),
  ]);
  return { ...picture, ...tree };
}
