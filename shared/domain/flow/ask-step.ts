/* A step that asks a person: what it says, and the fields of an answer. Pure. */
import { z } from 'zod';
import type { FlowIssue } from './issues.ts';
import { FLOW_LIMITS as LIMIT } from './limits.ts';
import { VALUE_NAME } from './template.ts';

/** `code` is a short text that is typed from elsewhere; a `password` is a secret of the run; `yesno` is true or false. */
const FIELD_TYPES = ['text', 'code', 'password', 'choice', 'yesno'] as const;

const label = z.string().min(1).max(LIMIT.askLabel);
const fieldSchema = z
  .object({
    name: z
      .string()
      .regex(VALUE_NAME, 'not_value_name' satisfies FlowIssue)
      .describe('Later steps name it as `${answers.x}`.'),
    label: label.optional().describe('What the person reads; by default its name.'),
    type: z
      .enum(FIELD_TYPES)
      .default('text')
      .describe(
        'A `password` is a secret of the run. A `yesno` is true or false, a `choice` one of its `options`.',
      ),
    options: z.array(label).min(1).max(LIMIT.options).optional(),
    optional: z.boolean().optional().describe('It may be left out of an answer.'),
  })
  .refine(({ type, options }) => (type === 'choice') === (options !== undefined), {
    path: ['options'],
    message: 'choice_options' satisfies FlowIssue,
  });
export type AskField = z.output<typeof fieldSchema>;

/** What becomes of a run that nobody has answered in time. */
const ON_TIMEOUT = ['fail', 'continue'] as const;

export const askFields = {
  text: z.string().min(1).max(LIMIT.askText).describe('What the person is asked.'),
  fields: z
    .array(fieldSchema)
    .max(LIMIT.askFields)
    .default([])
    .describe('What an answer consists of. Without any, the person only says that it is done.'),
  timeoutMs: z
    .int()
    .min(1_000)
    .max(LIMIT.askTimeoutMs)
    .default(LIMIT.defaultAskTimeoutMs)
    .describe('How long a person has time to answer, ms. It does not count for the longest time of the run.'),
  onTimeout: z
    .enum(ON_TIMEOUT)
    .default('fail')
    .describe('`continue`: if nobody has answered in time, the run goes on, and its fields are empty.'),
};

/** What a question can do nothing with. */
const OF_OTHERS = ['atomic', 'optional', 'retry', 'dialog', 'popup', 'download'] as const;

type Question = z.output<z.ZodObject<typeof askFields>> &
  Partial<Record<(typeof OF_OTHERS)[number], unknown>>;

export function checkQuestion(step: Question, context: z.RefinementCtx): void {
  const issue = (path: (string | number)[], message: FlowIssue) =>
    context.addIssue({ code: 'custom', path, message });
  for (const field of OF_OTHERS) if (step[field] !== undefined) issue([field], 'not_of_question');
  if (JSON.stringify(step.fields).length > LIMIT.askSize) issue(['fields'], 'question_too_large');
  const names = new Set<string>();
  for (const [index, { name }] of step.fields.entries()) {
    if (names.has(name)) issue(['fields', index, 'name'], 'field_named_twice');
    names.add(name);
  }
}
