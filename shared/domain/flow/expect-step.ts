import { z } from 'zod';
import type { FlowIssue } from './issues.ts';
import { FLOW_LIMITS as LIMIT } from './limits.ts';
import { parseTemplate } from './template.ts';

const STATES = ['visible', 'hidden', 'enabled', 'disabled', 'checked'] as const;
const COMPARISONS = ['equals', 'contains', 'matches', 'gte', 'lte'] as const;
type Comparison = (typeof COMPARISONS)[number];

/** What is compared, and how that may be done. */
const COMPARED = {
  text: COMPARISONS,
  value: COMPARISONS,
  count: ['equals', 'gte', 'lte'],
  url: ['equals', 'contains', 'matches'],
  title: ['equals', 'contains', 'matches'],
} as const satisfies Record<string, readonly Comparison[]>;
const compared = Object.keys(COMPARED) as (keyof typeof COMPARED)[];
const isCompared = (is: string): is is keyof typeof COMPARED => Object.hasOwn(COMPARED, is);

const text = z.string().max(LIMIT.value);

export const expectFields = {
  is: z
    .enum([...STATES, ...compared])
    .describe(
      'What is looked at: a state of the element, its text or value; how many elements there are; or the address or title of the page.',
    ),
  selector: z
    .string()
    .min(1)
    .max(LIMIT.selector)
    .optional()
    .describe('Of the element; not with `url` and `title`.'),
  equals: z.union([text, z.number()]).optional(),
  contains: text.optional(),
  matches: z
    .string()
    .min(1)
    .max(LIMIT.pattern)
    .optional()
    .describe('A regular expression, as JavaScript has it.'),
  gte: z.number().optional(),
  lte: z.number().optional(),
};

type Expectation = z.output<z.ZodObject<typeof expectFields>>;

export function checkExpectation(step: Expectation, context: z.RefinementCtx): void {
  const issue = (path: string, message: FlowIssue) =>
    context.addIssue({ code: 'custom', path: [path], message });
  const given = COMPARISONS.filter((one) => step[one] !== undefined);
  const allowed: readonly Comparison[] = isCompared(step.is) ? COMPARED[step.is] : [];
  // Bounds may be given on both sides.
  const isRange = given.every((one) => one === 'gte' || one === 'lte');
  const fits =
    allowed.length === 0 ? given.length === 0 : given.length === 1 || (given.length === 2 && isRange);
  if (!fits || given.some((one) => !allowed.includes(one))) issue('is', 'wrong_comparison');
  if (step.is === 'count' && typeof step.equals === 'string' && !/\$\{/.test(step.equals))
    issue('equals', 'wrong_comparison');
  const isOfPage = step.is === 'url' || step.is === 'title';
  if (!isOfPage && step.selector === undefined) issue('selector', 'needs_selector');
  if (step.matches !== undefined && !isPattern(step.matches)) issue('matches', 'not_pattern');
}

/** A pattern with templates is looked at with a letter in the place of each: what is filled in is taken literally. */
function isPattern(pattern: string): boolean {
  const parts = parseTemplate(pattern);
  if (!parts) return true; // an issue of its own
  try {
    return (
      new RegExp(parts.map((part) => (typeof part === 'string' ? part : 'x')).join('')) instanceof RegExp
    );
  } catch {
    return false;
  }
}
