/*
 * What is not read of a page into which a secret was typed: a key such as Backspace makes another text of it, which no
 * redactor knows. Such a document is marked as long as it lives, so the next one may be read again (I10). Owns no state.
 */
import type { Frame, Page } from 'playwright';
import { FAILURE_REASONS, type FailureReason } from '#shared/domain/events/failure-reasons.ts';
import { FLOW_LIMITS } from '#shared/domain/flow/limits.ts';
import type { Step } from '#shared/domain/flow/step.ts';
import { SecretFailure } from '../errors.ts';
import { raceSignal } from '../race.ts';
import { MARK, searchedFrame } from './field.ts';

const refusal = (reason: FailureReason) => new SecretFailure(reason, FAILURE_REASONS[reason]);

interface Call {
  signal: AbortSignal;
  /** ms. */
  timeout: number;
}

/**
 * The frame to which a selector leads, and the rest of it there, if values of its fields may be read. A document is never
 * marked while another step runs, so that this holds as long as the frame is looked at. @throws SecretFailure
 */
export async function readableFrame(
  page: Page,
  selector: string,
  { signal, timeout }: Call,
): Promise<{ frame: Frame; within: string }> {
  const end = performance.now() + timeout;
  const found = await searchedFrame(page, selector, {
    signal,
    left: () => Math.max(1, end - performance.now()),
  });
  if (await raceSignal(found.frame.evaluate(isMarked, MARK), signal)) throw refusal('values_unread');
  return found;
}

declare const document: Record<symbol, unknown>;
/** Runs in the page. */
const isMarked = (mark: string) => document[Symbol.for(mark)] === true;

/** @throws SecretFailure if a selector of a step, whose templates are filled in, looks at the values of fields */
export function refuseSelectorsOfValues(step: Step): void {
  if (selectorsOf(step).some(looksAtValues)) throw refusal('selector_of_values');
}

function selectorsOf(step: Step): string[] {
  const { visible, hidden } = step.when ?? {};
  const columns = step.action === 'extract' && !Array.isArray(step.columns) ? step.columns : undefined;
  return [
    'selector' in step ? step.selector : undefined,
    visible,
    hidden,
    ...(step.action === 'verify' ? (step.selectorVisible ?? []) : []),
    ...Object.values(columns ?? {}),
  ].filter((one) => one !== undefined);
}

/** The forms of CSS, of XPath, where `*` and `node()` are any attribute; and the engines that look into a framework. */
const LOOKS_AT_VALUES = [
  /\[[^[\]"'=]*value/i,
  /(?:@|attribute\s*::)\s*(?:[\w.-]*:)?(?:\*|node\b|[\w.-]*value)/i,
  /_(?:react|vue)\s*=/i,
];
/** Escapes inside of escapes, of CSS in JSON. */
const MOST_DECODINGS = 4;

/** Whether a page may be searched for a selector, whose templates are filled in. */
export const mayBeSearched = (selector: string, { hasTyped }: { hasTyped: boolean }): boolean =>
  !hasTyped || !looksAtValues(selector);

/** Whether a selector may depend on what is in a field. It errs on the side of yes. */
export function looksAtValues(selector: string): boolean {
  if (selector.length > FLOW_LIMITS.selector) return true;
  let text = selector;
  for (let times = 0; times <= MOST_DECODINGS; times += 1) {
    const seen = text.replaceAll(/\/\*.*?\*\//gs, '');
    if (LOOKS_AT_VALUES.some((pattern) => pattern.test(seen))) return true;
    const decoded = unescaped(seen);
    if (decoded === text) return false;
    text = decoded;
  }
  return true;
}

const ESCAPE = /\\u([\da-f]{4})|\\([\da-f]{1,6})\s?|\\(.)/gis;
const unescaped = (text: string): string =>
  text.replaceAll(ESCAPE, (_, json?: string, css?: string, other?: string) => {
    const code = Number.parseInt(json ?? css ?? '', 16);
    return other ?? (code <= 0x10_ff_ff ? String.fromCodePoint(code) : '');
  });
