import { stripVTControlCharacters } from 'node:util';
import type { Redactor } from '#shared/flow/redact.ts';
import type { Step } from '#shared/flow/step.ts';
import { StepFailure } from './errors.ts';

const LONGEST_TARGET = 200;
const LONGEST_MESSAGE = 300;
/** How much is read of a text that will be shortened; it may be of any size. */
const LONGEST_READ = 5_000;
const DOWNLOAD_REFUSED = 'the address answered with a download, which is refused';

/** What Playwright's call log says about an element that was found but could not be used, most specific first. */
const REASONS: [pattern: RegExp, reason: string][] = [
  [/intercepts pointer events/, 'another element covers it'],
  [/element is outside of the viewport/, 'the element is outside of the viewport'],
  [/did not find some options/, 'it has no such option'],
  [/option being selected is not enabled/, 'the option is not enabled'],
  [/element is not enabled/, 'the element is not enabled'],
  [/element is not editable/, 'the element is not editable'],
  [/element is not stable/, 'the element does not stop moving'],
  [/element is not visible|to hidden|locator resolved to hidden/, 'the element is not visible'],
  [/element was detached|element is not attached/, 'the element was removed'],
];

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

/**
 * One short line for the flow's author: what was tried, on which selector, and why it failed. Texts are redacted
 * before they are shortened, so that no part of a secret is left at a cut. `budgetMs` is the step's whole timeout.
 */
export async function describeFailure(
  step: Step,
  error: unknown,
  budgetMs: number,
  redact: Redactor,
): Promise<string> {
  return `${await attempt(step, redact)}: ${await cause(step, error, budgetMs, redact)}`;
}

async function attempt(step: Step, redact: Redactor): Promise<string> {
  const target = step.action === 'goto' ? step.url : step.action === 'press' ? step.key : selectorOf(step);
  return target === undefined
    ? step.action
    : `${step.action} ${shorten(await redact(target, LONGEST_READ), LONGEST_TARGET)}`;
}

async function cause(step: Step, error: unknown, budgetMs: number, redact: Redactor): Promise<string> {
  if (error instanceof StepFailure) return oneLine(await redact(error.message, LONGEST_READ));
  if (!isTimeout(error)) {
    const line = oneLine(await redact(messageOf(error), LONGEST_READ));
    return /^Download is starting$/.test(line) ? DOWNLOAD_REFUSED : line.replace(/ at https?:\S+$/, '');
  }
  return selectorOf(step) === undefined
    ? timedOut(budgetMs)
    : `${timedOut(budgetMs)}, ${whyNotUsable(error)}`;
}

export const timedOut = (ms: number) => `timed out after ${ms} ms`;
const selectorOf = (step: Step) => ('selector' in step ? step.selector : undefined);
export const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
const isTimeout = (error: unknown): error is Error => error instanceof Error && error.name === 'TimeoutError';

function whyNotUsable({ message }: Error): string {
  const log = stripVTControlCharacters(message);
  if (!/locator resolved to/.test(log)) return 'no element matches the selector';
  return REASONS.find(([pattern]) => pattern.test(log))?.[1] ?? 'the element did not become ready';
}

function shorten(text: string, longest: number): string {
  const flat = text.replace(/\s+/g, ' ');
  return flat.length > longest ? `${flat.slice(0, longest - 1)}…` : flat;
}
