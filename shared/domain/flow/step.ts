import { z } from 'zod';
import { askFields, checkQuestion } from './ask-step.ts';
import { checkExpectation, expectFields } from './expect-step.ts';
import { checkExtraction, extractFields, resultName } from './extract-step.ts';
import type { FlowIssue } from './issues.ts';
import { FLOW_LIMITS as LIMIT } from './limits.ts';
import { conditionFields, HAS_CONDITION } from './victory.ts';

const text = (max: number) => z.string().min(1).max(max);
const selector = text(LIMIT.selector);
/** The fields that every step may have. */
export const retrySchema = z.object({
  times: z.int().min(1).max(LIMIT.retries),
  delayMs: z.int().min(0).max(LIMIT.retryDelayMs).default(0),
});
export const whenSchema = z.object({
  visible: selector.optional(),
  hidden: selector.optional(),
  urlIncludes: text(LIMIT.url).optional(),
});

export const dialogSchema = z.object({
  accept: z.boolean(),
  text: z.string().max(LIMIT.dialog).optional(),
});

export const downloadSchema = z.object({
  as: z.string().regex(/^\w[\w.-]{0,63}$/, 'download_name' satisfies FlowIssue),
});

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
  retry: retrySchema
    .optional()
    .describe(
      'A failed step is tried again so many `times`, each within its timeout, `delayMs` after the one before.',
    ),
  optional: z.boolean().optional().describe('If it fails, the run goes on.'),
  when: whenSchema
    .refine((when) => Object.values(when).some((one) => one !== undefined), 'no_when' satisfies FlowIssue)
    .optional()
    .describe('The step is skipped unless all of these hold as it begins; they are not waited for.'),
  dialog: dialogSchema
    .refine(({ accept, text }) => accept || text === undefined, {
      path: ['text'],
      message: 'dialog_text' satisfies FlowIssue,
    })
    .optional()
    .describe('How dialogs are answered until the next step, else dismissed. `text`: what a `prompt` gets.'),
  popup: z.literal(true).optional().describe('Its action opens a page.'),
  download: z
    .union([z.literal(true), downloadSchema])
    .optional()
    .describe('It keeps the file that its action leads to; `as`: a part of its name.'),
  page: z.literal('popup').optional().describe('It is done on the page that was opened last.'),
  note: z.string().max(LIMIT.note).optional().describe('For people; not interpreted.'),
};

const SECRET =
  'By default the value is hidden from all texts, and a rerun by another user has to supply it. `true`: also masked in screenshots. ' +
  '`false`: it is shown.';

const onSelector = <A extends string>(action: A) =>
  z.object({ action: z.literal(action), selector, ...common });

/** One browser action of a flow. Selectors are Playwright's, used as given; `timeoutMs` bounds the whole step, ms. */
const steps = z.discriminatedUnion('action', [
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
  z
    .object({ action: z.literal('expect'), ...expectFields, ...common })
    .superRefine(checkExpectation)
    .describe(
      'Waits until what is expected of the page is so, and fails with what was found if it is not in time.',
    ),
  z
    .object({ action: z.literal('extract'), ...extractFields, ...common })
    .superRefine(checkExtraction)
    .describe('Takes something from the page as a result of the run.'),
  z
    .object({ action: z.literal('set'), name: resultName, value: z.json(), ...common })
    .describe(
      'Keeps a value as a result of the run. A text that is one template keeps the type of what it names.',
    ),
  z
    .object({ action: z.literal('ask'), ...common, ...askFields })
    .superRefine(checkQuestion)
    .describe('Asks a person, and waits for the answer: on the page, by CLI or API.'),
]);

type Steps = typeof steps;
/** A name for declarations: without it each schema that has steps would repeat all of them. */
export interface StepSchema extends Steps {}
export const stepSchema: StepSchema = steps;

export type Step = z.infer<StepSchema>;
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
  expect: { onlyWaits: true, unseen: true },
  extract: { onlyWaits: true, unseen: true },
  set: { onlyWaits: true },
  ask: { onlyWaits: true },
};

/** Nothing is known of a verb of another version. */
export const traitsOf = (action: string): VerbTraits =>
  Object.hasOwn(VERB_TRAITS, action) ? VERB_TRAITS[action as StepAction] : {};
