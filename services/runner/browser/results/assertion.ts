import type { Frame } from 'playwright';
import type { Step } from '#shared/domain/flow/step.ts';

/** What is claimed of an element or a page; at most one of the comparisons is given. */
export interface Assertion {
  is: Extract<Step, { action: 'expect' }>['is'];
  text?: string;
  part?: string;
  pattern?: string;
  number?: number;
}

/** How Playwright calls it. */
const EXPRESSIONS: Record<Assertion['is'], string> = {
  visible: 'to.be.visible',
  hidden: 'to.be.hidden',
  enabled: 'to.be.enabled',
  disabled: 'to.be.disabled',
  checked: 'to.be.checked',
  text: 'to.have.text',
  value: 'to.have.value',
  count: 'to.have.count',
  url: 'to.have.url',
  title: 'to.have.title',
};

interface ExpectedText {
  string?: string;
  regexSource?: string;
  regexFlags?: string;
  matchSubstring?: boolean;
  normalizeWhiteSpace?: boolean;
}

interface Expecting {
  expectedText?: ExpectedText[];
  expectedNumber?: number;
  expectedValue?: unknown;
  isNot: boolean;
  timeout: number;
  signal: AbortSignal;
}

/** Its answer. An error of its own, such as for a selector that is none, is thrown. */
interface Expected {
  matches: boolean;
  received?: { value?: unknown };
  errorMessage?: string;
}

/**
 * Playwright's retrying assertions stand in `playwright/test`, with a test runner and half a megabyte of messages. What they
 * call is in the library that a runner has: the page itself looks, again and again, and compares.
 */
interface Asserting {
  _expect(expression: string, options: Expecting): Promise<Expected>;
}

/** Whether it holds in time, and what was found instead, as JSON where it is a text; undefined if nothing was. */
export async function assertThat(
  page: Frame,
  selector: string | undefined,
  assertion: Assertion,
  call: { signal: AbortSignal; timeout: number },
): Promise<{ holds: boolean; value?: string }> {
  const { is, number } = assertion;
  const all = selector === undefined ? undefined : page.locator(selector);
  const target: unknown = (is === 'count' ? all : all?.first()) ?? page;
  const expectedText = textOf(assertion);
  const answer = await (target as Asserting)._expect(EXPRESSIONS[is], {
    ...call,
    isNot: false,
    ...(expectedText && { expectedText: [expectedText] }),
    ...(number !== undefined && { expectedNumber: number }),
    ...(is === 'checked' && { expectedValue: { checked: true } }),
  });
  const value = answer.received?.value;
  if (answer.matches || value === undefined || value === null) return { holds: answer.matches };
  const text = String(value).replaceAll(/\s+/g, ' ').trim();
  return { holds: false, value: isText(is) ? JSON.stringify(text) : text };
}

const isText = (is: Assertion['is']): boolean => ['text', 'value', 'url', 'title'].includes(is);

function textOf({ is, text, part, pattern }: Assertion): ExpectedText | undefined {
  const normalizeWhiteSpace = is === 'text' || is === 'title';
  if (pattern !== undefined) return { regexSource: pattern, regexFlags: '', normalizeWhiteSpace };
  if (part !== undefined) return { string: part, matchSubstring: true, normalizeWhiteSpace };
  return text === undefined ? undefined : { string: text, normalizeWhiteSpace };
}
