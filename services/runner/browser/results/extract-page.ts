/*
 * What an `extract` step takes from its page: read again until it is there and fits its schema, or the time is over. The
 * page's own script gives no more than a result may have, so that a page of any size costs no more (I13). Owns no state.
 */
import type { Page } from 'playwright';
import { FLOW_LIMITS } from '#shared/domain/flow/limits.ts';
import { REDACTED } from '#shared/domain/flow/placeholder.ts';
import type { Step } from '#shared/domain/flow/step.ts';
import { createSchemaCheck } from '#shared/platform/json-schema/schema-check.ts';
import { StepFailure } from '../errors.ts';
import { MARK } from '../vault/field.ts';
import { lookUntil, NotYet } from './look-until.ts';
import { readElements } from './read-elements.ts';
import { readUnseen } from './read-unseen.ts';
import { typedBy } from './typed-by.ts';

/** What is not read as people see it. */
const UNSEEN: ReadonlySet<string> = new Set(['value', 'attribute', 'html', 'json']);

type Extraction = Extract<Step, { action: 'extract' }>;

interface Call {
  signal: AbortSignal;
  /** ms. */
  timeout: number;
}

/** @throws StepFailure that says what is missing, or which rule of the schema is broken where */
export async function extractFromPage(
  step: Extraction,
  { page, ...call }: Call & { page: Page },
): Promise<unknown> {
  const { schema } = step;
  const misfitsOf = schema ? createSchemaCheck(schema) : () => [];
  return lookUntil(async () => {
    const found = step.as === 'count' ? await page.locator(step.selector).count() : await taken(step, page);
    const value = typedBy(schema, found);
    const [misfit] = misfitsOf(value);
    if (misfit)
      throw new NotYet(`the result does not fit its schema: /${misfit.path.join('/')} ${misfit.en}`);
    return value;
  }, call);
}

async function taken({ selector, as, attribute, columns }: Extraction, page: Page): Promise<unknown> {
  const asked = { as, attribute, columns, most: FLOW_LIMITS.result, mark: MARK, redacted: REDACTED };
  const elements = page.locator(selector);
  const { found, value, isTooLarge } = UNSEEN.has(as)
    ? await elements.evaluateAll(readUnseen, asked)
    : await elements.evaluateAll(readElements, asked);
  if (!found) throw new NotYet('no element matches the selector');
  if (isTooLarge) throw new StepFailure(`the result is larger than ${FLOW_LIMITS.result} bytes`);
  if (value === null)
    throw new NotYet(as === 'attribute' ? `the element has no attribute ${attribute}` : 'there is nothing');
  return as === 'json' ? parsed(String(value)) : value;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new NotYet('the text of the element is no JSON');
  }
}
