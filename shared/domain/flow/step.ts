import { z } from 'zod';
import type { FlowIssue } from './issues.ts';
import { FLOW_LIMITS as LIMIT } from './limits.ts';
import { conditionFields, HAS_CONDITION } from './victory.ts';

const text = (max: number) => z.string().min(1).max(max);
const selector = text(LIMIT.selector);
/** The fields that every step may have. */
const common = {
  timeoutMs: z
    .int()
    .min(1)
    .max(LIMIT.maxTimeoutMs)
    .optional()
    .describe('Timeout of the whole step, ms; by default `defaultTimeoutMs`.'),
  atomic: z
    .boolean()
    .optional()
    .describe(
      'A cancel waits for this step to end, within the grace budget. For actions that should not be left half done, such as a payment.',
    ),
};

const SECRET =
  'By default the value is hidden from all texts, and a rerun by another user has to supply it. `true`: also masked in screenshots. ' +
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
      error: ({ input }) => (input === undefined ? undefined : ('not_option_value' satisfies FlowIssue)),
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
  z
    .object({ action: z.literal('verify'), ...conditionFields, ...common })
    .refine(...HAS_CONDITION)
    .describe('Waits until what is claimed of the page holds, and fails if it does not in time.'),
  z.object({ action: z.literal('snapshot'), ...common }),
]);

export type Step = z.infer<typeof stepSchema>;
export type StepAction = Step['action'];

/** What a verb does to the page, for those who have to know before it is done. */
interface VerbTraits {
  /** Uses the mouse: what lies over its element is in its way. */
  points?: true;
  /** Its element has to be enabled. */
  changes?: true;
  /** Its element may be hidden. */
  unseen?: true;
  /** It does nothing to the page but wait for it. */
  onlyWaits?: true;
}
const VERB_TRAITS: Readonly<Record<StepAction, VerbTraits>> = {
  goto: { onlyWaits: true },
  click: { points: true, changes: true },
  check: { points: true, changes: true },
  uncheck: { points: true, changes: true },
  hover: { points: true },
  waitForSelector: { onlyWaits: true },
  fill: { changes: true },
  selectOption: { changes: true },
  press: {},
  setInputFiles: { unseen: true },
  verify: { onlyWaits: true },
  snapshot: { onlyWaits: true },
};

/** Nothing is known of a verb of another version. */
export const traitsOf = (action: string): VerbTraits =>
  Object.hasOwn(VERB_TRAITS, action) ? VERB_TRAITS[action as StepAction] : {};
