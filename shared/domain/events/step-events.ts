/* What the events of a step say: which step it is, what it has found, why it failed. */
import { z } from 'zod';
import { describeCodes } from './codes.ts';
import { FAILURE_REASONS } from './failure-reasons.ts';

export const machineTime = z.iso
  .datetime()
  .describe(
    "When it happened in the machine, by the database's clock; the `at` beside `type` is when it was stored. Of a step of the flow that begins, and of the move from a checkpoint to it, only the latter is given: it begins once that is stored.",
  );
export const stepIndex = z
  .int()
  .min(0)
  .describe('Index of the step, from 0; with `cleanup_…`, of the `onCancel` step.');

/** A step as it appears in events: secrets redacted, long texts truncated. Empty if an unknown step was interrupted. */
const stepOfEvent = z
  .object({
    action: z.string().optional(),
    selector: z.string().optional(),
    url: z.string().optional(),
    key: z.string().optional(),
    value: z.union([z.string(), z.array(z.string())]).optional(),
    secret: z.boolean().optional(),
    files: z.array(z.string()).optional(),
    textIncludes: z.array(z.string()).optional(),
    selectorVisible: z.array(z.string()).optional(),
    urlIncludes: z.array(z.string()).optional(),
    mustAll: z.boolean().optional(),
    is: z.string().optional(),
    equals: z.union([z.string(), z.number()]).optional(),
    contains: z.string().optional(),
    matches: z.string().optional(),
    gte: z.number().optional(),
    lte: z.number().optional(),
    name: z.string().optional().describe('Of the result.'),
    as: z.string().optional(),
    attribute: z.string().optional(),
    columns: z.union([z.array(z.string()), z.record(z.string(), z.string())]).optional(),
    retry: z.object({ times: z.int(), delayMs: z.int() }).optional(),
    optional: z.boolean().optional(),
    when: z.object({ visible: z.string(), hidden: z.string(), urlIncludes: z.string() }).partial().optional(),
    dialog: z.object({ accept: z.boolean(), text: z.string().optional() }).optional(),
    popup: z.literal(true).optional(),
    download: z.union([z.literal(true), z.object({ as: z.string() })]).optional(),
    page: z.string().optional(),
    text: z.string().optional(),
    fields: z.array(z.record(z.string(), z.unknown())).optional(),
    onTimeout: z.string().optional(),
    note: z.string().optional(),
    timeoutMs: z.int().min(1).optional(),
    atomic: z.boolean().optional(),
  })
  .describe('The step as posted, with secrets redacted and long texts truncated.');
type StepOfEvent = typeof stepOfEvent;
/** A name for declarations, as `StepSchema` is. */
export interface EventStepSchema extends StepOfEvent {}
export const eventStepSchema: EventStepSchema = stepOfEvent;
export type EventStep = z.output<EventStepSchema>;

export const begun = { stepIndex, payload: z.object({ step: eventStepSchema, at: machineTime.optional() }) };

const ended = {
  step: eventStepSchema,
  at: machineTime.optional(),
  error: z.string().optional().describe('On a successful step: why its screenshot could not be stored.'),
  screenshotPath: z.string().optional().describe('Relative to `/artifacts/`.'),
  a11y: z.string().optional().describe('The accessibility tree, truncated to 4,000 characters.'),
  attempts: z.int().min(2).optional().describe('How often it was tried, if more than once.'),
  skipped: z.literal(true).optional().describe('What it was to be done `when` was not so.'),
  expectation: z
    .object({ is: z.string(), expected: z.string(), found: z.string().optional() })
    .optional()
    .describe(
      'Of an `expect` step: texts as JSON, secrets redacted, truncated to 500 characters. Without `found`: nothing was, or it is as expected.',
    ),
  result: z
    .object({ name: z.string(), type: z.string(), bytes: z.int().min(0) })
    .optional()
    .describe('The result that it has: its type in JSON, and its size as JSON in UTF-8.'),
};
export const done = { stepIndex, payload: z.object(ended) };
export const failed = {
  stepIndex,
  payload: z.object({
    ...ended,
    reason: z
      .string()
      .optional()
      .describe(
        `Why it was not done in its time. Stable; branch on this. ${describeCodes(FAILURE_REASONS)}.`,
      ),
    interrupted: z
      .literal(true)
      .optional()
      .describe('The step was interrupted by the end of the run, or by a pause.'),
    optional: z.literal(true).optional().describe('The run goes on.'),
    coveredBy: z
      .string()
      .optional()
      .describe('The element that covers the one of the step, such as `<div id="cookie">`.'),
    httpStatus: z.int().optional().describe('HTTP status of the page, if that is 400 or more.'),
    documents: z
      .int()
      .optional()
      .describe('How many documents the page had in the last ten seconds, if these were many.'),
    pendingRequest: z
      .object({
        method: z.string(),
        url: z.string(),
        ms: z.int().min(0),
        answered: z.literal(true).optional().describe('Its answer had begun.'),
      })
      .optional()
      .describe('A request that the step may have waited for, and for how long.'),
    nearest: z
      .array(z.string())
      .max(3)
      .optional()
      .describe(
        'Selectors much like the one that matched no element, the nearest first. Each matched exactly one.',
      ),
  }),
};

export const failedStep = {
  stepIndex,
  payload: failed.payload.extend({
    held: z
      .literal(true)
      .optional()
      .describe('The run waits for a person instead of ending: the step may be tried again.'),
    begun: z
      .literal(false)
      .optional()
      .describe(
        'The step was announced, and the end of its run came before it began: it is none of the executed steps.',
      ),
  }),
};
