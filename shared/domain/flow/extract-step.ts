import { z } from 'zod';
import type { FlowIssue } from './issues.ts';
import { jsonSchema } from './json-schema.ts';
import { FLOW_LIMITS as LIMIT } from './limits.ts';
import { VALUE_NAME } from './template.ts';

const EXTRACTED = ['text', 'value', 'attribute', 'html', 'count', 'table', 'list', 'json'] as const;

export const resultName = z
  .string()
  .regex(VALUE_NAME, 'not_value_name' satisfies FlowIssue)
  .describe('Name of the result. A later step of the same name replaces it.');

const column = z.string().min(1).max(200);

export const extractFields = {
  name: resultName,
  selector: z.string().min(1).max(LIMIT.selector),
  as: z
    .enum(EXTRACTED)
    .default('text')
    .describe(
      'What is taken of the first element; `table`: its rows as objects; `json`: its text, parsed. `count` and `list` are of all elements.',
    ),
  attribute: z.string().min(1).max(200).optional().describe('With `attribute`: its name.'),
  columns: z
    .union([
      z.array(column).min(1).max(LIMIT.columns),
      z.record(column, z.string().min(1).max(LIMIT.selector)),
    ])
    .optional()
    .describe(
      'With `table`: names of its columns, instead of those in its head. With `list`: name and selector, within each element, of the fields of an object.',
    ),
  schema: jsonSchema
    .optional()
    .describe('What the result has to fit; it is read again until it does, or the time is over.'),
};

type Extraction = z.output<z.ZodObject<typeof extractFields>>;

export function checkExtraction(step: Extraction, context: z.RefinementCtx): void {
  if (step.as === 'attribute' && step.attribute === undefined)
    context.addIssue({
      code: 'custom',
      path: ['attribute'],
      message: 'needs_attribute' satisfies FlowIssue,
    });
}
