import type { Page } from 'playwright';
import type { Flow } from '#shared/domain/flow/flow.ts';
import type { Redactor } from '#shared/domain/flow/redact.ts';
import type { Step } from '#shared/domain/flow/step.ts';
import { StepFailure, StorageFailure } from '../errors.ts';
import { isTimeout, messageOf, oneLine } from '../failure.ts';
import { deadline, raceSignal } from '../race.ts';
import type { Cover } from './cover.ts';
import { type PictureCall, readA11y, saveScreenshot } from './evidence.ts';

/** `error`: why something of it that was wanted is not there. */
export interface Evidence {
  screenshotPath?: string;
  a11y?: string;
  error?: string;
}

export interface Wants {
  picture: boolean;
  a11y: boolean;
  /** The element that the picture points at. */
  mark?: string | undefined;
}

export interface EvidenceOptions {
  page: Page;
  redact: Redactor;
  /** Nothing shows what is in a field. */
  hidesFields: boolean;
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
  const { page } = options;
  const call = { signal: stop, timeout: Math.max(1, timeout) };
  const picture = wants.picture ? pictureOf(options, index, { ...call, mark: wants.mark }) : undefined;
  const tree = wants.a11y ? readA11y(page, options, call) : undefined;
  const [taken, a11y] = await raceSignal(Promise.all([picture, tree]), stop);
  return { ...taken, ...(a11y !== undefined && { a11y }) };
}

/** One that cannot be kept, as on a disk that is full, fails nothing. */
async function pictureOf(options: EvidenceOptions, index: number, call: PictureCall): Promise<Evidence> {
  const { page, cover } = options;
  try {
    return {
      screenshotPath: await saveScreenshot(page, (taken) => options.keepPicture(index, taken), cover, call),
    };
  } catch (error) {
    if (!(error instanceof StorageFailure)) throw error;
    options.evidenceLost(index, 'picture', error.message);
    return { error: error.message };
  }
}

/**
 * Evidence does not change the outcome of a finished action: what cannot be collected is left out, and `error` says so.
 * `ms`: there is so much time for it.
 */
export async function collectQuietly(
  options: EvidenceOptions,
  index: number,
  wants: Wants,
  stop: AbortSignal,
  ms: number,
): Promise<Evidence> {
  const within = Math.max(1, Math.round(ms));
  using cut = deadline(within, () => new StepFailure(gaveNone(within)));
  const signal = AbortSignal.any([stop, cut.signal]);
  const lost =
    (what: string) =>
    async (error: unknown): Promise<Evidence> => {
      if (stop.aborted) return {};
      const reason = isTimeout(error) ? gaveNone(within) : oneLine(await options.redact(messageOf(error)));
      options.evidenceLost(index, what, reason);
      return { error: `the ${what} could not be taken: ${reason}` };
    };
  const collectOne = (part: Wants) => collect(options, index, part, signal, within);
  const [picture, tree] = await Promise.all([
    collectOne({ ...wants, a11y: false }).catch(lost('picture')),
    collectOne({ picture: false, a11y: wants.a11y }).catch(lost('accessibility tree')),
  ]);
  const errors = [picture, tree].flatMap(({ error }) => error ?? []);
  return { ...picture, ...tree, ...(errors.length > 0 && { error: errors.join('; ') }) };
}

const gaveNone = (ms: number) => `the page gave none within ${ms} ms`;
