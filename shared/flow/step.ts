import { z } from 'zod';
import { FLOW_LIMITS as LIMIT } from './limits.ts';

const text = (max: number) => z.string().min(1).max(max);
const selector = text(LIMIT.selector);
/** What every step may carry. */
const common = {
  timeoutMs: z
    .int()
    .min(1)
    .max(LIMIT.maxTimeoutMs)
    .optional()
    .describe('How long the whole step may take, ms; `defaultTimeoutMs` if it is left out.'),
  atomic: z
    .boolean()
    .optional()
    .describe(
      'A cancel waits for its end, within the grace budget: for what must not be left half done, such as a payment.',
    ),
};

const OPTION_VALUE = `must be a text or a list of at most ${LIMIT.options} texts, none too long`;

const SECRET =
  'Left out: the value is hidden from every text, and a rerun by another user asks for it. `true`: pictures hide it, too. ' +
  '`false`: it is shown.';

const onSelector = <A extends string>(action: A) =>
  z.object({ action: z.literal(action), selector, ...common });

/** One browser action of a flow. Selectors are Playwright's, used as given; `timeoutMs` bounds the whole step, ms. */
export const stepSchema = z.discriminatedUnion('action', [
  z.object({ action: z.literal('goto'), url: text(LIMIT.url), ...common }),
  onSelector('click'),
  onSelector('check'),
  onSelector('uncheck'),
  onSelector('hover'),
  onSelector('waitForSelector'),
  z.object({
    action: z.literal('fill'),
    selector,
    value: z.string().max(LIMIT.value),
    secret: z.boolean().optional().describe(SECRET),
    ...common,
  }),
  z.object({
    action: z.literal('selectOption'),
    selector,
    value: z.union([z.string().max(LIMIT.value), z.array(z.string().max(LIMIT.value)).max(LIMIT.options)], {
      error: ({ input }) => (input === undefined ? undefined : OPTION_VALUE),
    }),
    ...common,
  }),
  z.object({ action: z.literal('press'), key: text(LIMIT.key), ...common }),
  z.object({
    action: z.literal('setInputFiles'),
    selector,
    files: z.array(text(LIMIT.url)).min(1).max(LIMIT.files),
    ...common,
  }),
  z.object({ action: z.literal('snapshot'), ...common }),
]);

export type Step = z.infer<typeof stepSchema>;
export type StepAction = Step['action'];
