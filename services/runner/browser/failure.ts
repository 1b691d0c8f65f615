import { stripVTControlCharacters } from 'node:util';
import type { PageLook } from '#shared/adapters/bus/command.ts';
import { FAILURE_REASONS, type FailureReason } from '#shared/domain/events/failure-reasons.ts';
import { obstacleOf } from '#shared/domain/flow/obstacle.ts';
import type { Redactor } from '#shared/domain/flow/redact.ts';
import type { Step } from '#shared/domain/flow/step.ts';
import { visible } from '#shared/domain/words/visible.ts';
import { StepFailure, StepTimeout, timedOut } from './errors.ts';
import { factsInWords, type PageFacts } from './page/failure-facts.ts';
import type { PendingRequest } from './pending-requests.ts';
import { expectedInWords, expectedOf } from './results/expectation.ts';

const LONGEST_TARGET = 200;
const LONGEST_MESSAGE = 300;
/** How much is read of a text that will be shortened; it may be of any size. */
const LONGEST_READ = 5_000;
const DOWNLOAD_REFUSED = 'the address answered with a download, which is refused';

/** What Playwright's call log says about an element that was found but could not be used, most specific first. */
const REASONS: [pattern: RegExp, reason: FailureReason][] = [
  [/intercepts pointer events/, 'element_covered'],
  [/element is outside of the viewport/, 'element_outside'],
  [/did not find some options/, 'option_missing'],
  [/option being selected is not enabled/, 'option_disabled'],
  [/element is not enabled/, 'element_disabled'],
  [/element is not editable/, 'element_read_only'],
  [/element is not stable/, 'element_moving'],
  [/element is not visible|to hidden|locator resolved to hidden/, 'element_hidden'],
  [/element was detached|element is not attached/, 'element_removed'],
];

/** The element was used, and led to a page that has not come: nothing is wrong with it. */
const ACTION_DONE = /waiting for scheduled navigations to finish/;

/** The first line of an error, without colours, Playwright's call log and the name of the call. */
export function oneLine(error: unknown): string {
  const text = stripVTControlCharacters(messageOf(error));
  const line = text.split('\n').find((part) => part.trim() !== '') ?? 'unknown error';
  return shorten(
    line
      .replace(/^(?:[a-z]\w*\.)+\w+: /, '')
      .replace(/^Error: /, '')
      .trim(),
    LONGEST_MESSAGE,
  );
}

export interface Failure {
  step: Step;
  error: unknown;
  /** The step's whole timeout. */
  budgetMs: number;
  /** How the page was when the step was out of time, if that is known. */
  seen: PageLook | undefined;
  /** The request that had not ended then. */
  hanging: PendingRequest | undefined;
}

/**
 * One short line for the flow's author: what was tried, on which selector, and why it failed; and the same as a code.
 * Texts are redacted before they are shortened, so that no part of a secret is left at a cut.
 */
export async function describeFailure(
  failure: Failure,
  reason: FailureReason | undefined,
  facts: PageFacts,
  redact: Redactor,
): Promise<string> {
  const what = await attempt(failure.step, redact);
  const why = await cause(failure, reason, redact);
  const cover = facts.coveredBy === undefined ? '' : `: ${facts.coveredBy}`;
  const expected = await expectedBy(failure, redact);
  return [visible(`${what}: ${why}${cover}`), ...expected, ...factsInWords(facts, reason)].join('; ');
}

async function attempt(step: Step, redact: Redactor): Promise<string> {
  const target = step.action === 'goto' ? step.url : step.action === 'press' ? step.key : selectorOf(step);
  return target === undefined
    ? step.action
    : `${step.action} ${shorten(await redact(target, LONGEST_READ), LONGEST_TARGET)}`;
}

async function cause(
  { error, budgetMs }: Failure,
  reason: FailureReason | undefined,
  redact: Redactor,
): Promise<string> {
  if (isTimeout(error))
    return reason ? `${timedOut(budgetMs)}, ${FAILURE_REASONS[reason]}` : timedOut(budgetMs);
  if (error instanceof StepFailure) return oneLine(await redact(error.message, LONGEST_READ));
  const line = oneLine(await redact(messageOf(error), LONGEST_READ));
  return /^Download is starting$/.test(line) ? DOWNLOAD_REFUSED : line.replace(/ at https?:\S+$/, '');
}

/** A page that could not be looked at has shown nothing; what it should have shown is known. */
const expectedBy = async ({ step, error }: Failure, redact: Redactor): Promise<string[]> =>
  step.action === 'expect' && isTimeout(error)
    ? [visible(oneLine(await redact(expectedInWords(expectedOf(step)), LONGEST_READ)))]
    : [];

export const selectorOf = (step: Step) => ('selector' in step ? step.selector : undefined);
export const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
/** Playwright's own, or that of a step that did not end by itself. */
export const isTimeout = (error: unknown): error is Error =>
  error instanceof StepTimeout || (error instanceof Error && error.name === 'TimeoutError');

/** A page whose script is busy tells nothing of its elements, whatever Playwright saw of them before. */
export function failureReasonOf({ step, error, seen, hanging }: Failure): FailureReason | undefined {
  if (error instanceof StepFailure && error.reason) return error.reason;
  if (!isTimeout(error)) return undefined;
  if (seen?.answers === false) return 'page_busy';
  const log = stripVTControlCharacters(error.message);
  if (step.action === 'goto' || ACTION_DONE.test(log))
    return hanging?.isPage ? (hanging.isAnswered ? 'page_stalled' : 'page_unanswered') : undefined;
  if (error instanceof StepTimeout || selectorOf(step) === undefined) return undefined;
  const isFound = /locator resolved to|^elementHandle\./.test(log);
  const logged = isFound && REASONS.find(([pattern]) => pattern.test(log))?.[1];
  if (logged) return logged;
  if (seen?.searching) return 'element_search';
  // Neither a look nor the call has learned anything of its elements.
  if (!isFound && seen?.silent && seen.matches === undefined) return 'page_silent';
  // On a busy machine the call may not have come to the element that was seen.
  const wasSeen = seen?.matches !== undefined && seen.matches > 0;
  return (
    (seen && obstacleOf(step.action, seen)) ?? (isFound || wasSeen ? 'element_unready' : 'element_missing')
  );
}

function shorten(text: string, longest: number): string {
  const flat = text.replace(/\s+/g, ' ');
  return flat.length > longest ? `${flat.slice(0, longest - 1)}…` : flat;
}
