import { z } from 'zod';
import type { FlowIssue } from './issues.ts';
import { FLOW_LIMITS as LIMIT } from './limits.ts';

const some = z.array(z.string().min(1).max(LIMIT.selector)).max(LIMIT.conditions).optional();

/** What may be claimed of a page. The names are those of the original's `victory`. */
export const conditionFields = {
  textIncludes: some.describe(
    'Texts in what the page shows, its title or its address, in any case of letters.',
  ),
  selectorVisible: some.describe('Selectors whose first element is visible.'),
  urlIncludes: some.describe('Parts of the address of the page, in any case of letters.'),
  mustAll: z.boolean().optional().describe('All have to hold; otherwise one of them is enough.'),
};

type Conditions = z.output<z.ZodObject<typeof conditionFields>>;

/** A claim without a condition could not be checked. */
export const HAS_CONDITION = [
  ({ textIncludes = [], selectorVisible = [], urlIncludes = [] }: Conditions) =>
    textIncludes.length + selectorVisible.length + urlIncludes.length > 0,
  'no_condition' satisfies FlowIssue,
] as const;

const victorySchema = z.object(conditionFields).refine(...HAS_CONDITION);

const goal = z.string().trim().min(1).max(LIMIT.goal);
const mark = z.string().max(LIMIT.mark).optional();

/** What clients of the original ask for besides the steps. Nothing of it needs a model here. */
export const assistSchema = z.object({
  v2: z.literal(true),
  goal: goal.describe('What the flow is for, in words. It is shown with the run, and not interpreted.'),
  isFullPlan: z.boolean().optional().describe('Here all steps are always run.'),
  victory: victorySchema
    .optional()
    .describe('Checked after the last step, as by a `verify` step: if it does not hold, the run fails.'),
});

/** What they say of it besides: kept, and given back with the run. */
export const assistedSchema = z.object({ goal, model: mark, generatedAt: mark, promptVersion: mark });

/** What a run is for, as it is given back. */
export const shownAssistedSchema = assistedSchema.extend({
  assistConfig: assistSchema
    .pick({ isFullPlan: true, victory: true })
    .optional()
    .describe('What `assist` asked for; not in lists, which show the first 500 characters of the goal.'),
});
export type Victory = z.output<typeof victorySchema>;
export type Assisted = z.output<typeof shownAssistedSchema>;
