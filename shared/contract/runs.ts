import { z } from 'zod';
import { anyEventSchema, type RunEvent } from '#shared/events/events.ts';
import { checkOrigins, flowFields } from '#shared/flow/flow.ts';
import { FLOW_LIMITS } from '#shared/flow/limits.ts';
import { placeholdersIn } from '#shared/flow/placeholder.ts';
import { markedValuesOf } from '#shared/flow/secrets.ts';
import { CANCEL_MODES, CANCEL_SOURCES, ON_RUNNER_LOSS, STATUSES } from '#shared/run/status.ts';
import { idSchema } from './id.ts';
import type { IssueCode } from './issues.ts';
import { isRunCursor } from './run-cursor.ts';

const time = z.iso.datetime();
const status = z.enum(STATUSES);

const RUN_LIMITS = { durationMs: 86_400_000, queueMs: 7 * 86_400_000, key: 200 } as const;

/** How a run is to be treated, besides what its flow does. Times in ms. */
const runOptions = {
  maxDurationMs: z
    .int()
    .min(1)
    .max(RUN_LIMITS.durationMs)
    .optional()
    .describe(
      'From the claim on; the server may have a lower maximum. Then the run is `fail` with `stopReason: "deadline"`.',
    ),
  queueTimeoutMs: z
    .int()
    .min(1)
    .max(RUN_LIMITS.queueMs)
    .optional()
    .describe('How long the run may wait for a runner.'),
  onRunnerLoss: z
    .enum(ON_RUNNER_LOSS)
    .default('fail')
    .describe(
      '`requeue`: if its runner is lost the flow starts again from its first step, once, unless a cancel is recorded.',
    ),
  concurrencyKey: z
    .string()
    .min(1)
    .max(RUN_LIMITS.key)
    .optional()
    .describe('Of the runs of a project with the same key one is on a runner at a time; the others wait.'),
  cancelPrevious: z
    .boolean()
    .default(false)
    .describe('Cancels the earlier runs with the same `concurrencyKey`.'),
};

/** `project` comes first, so that it is the first to be named when it is missing. */
const startFields = z.object({
  project: z.string().trim().min(1).max(FLOW_LIMITS.project).describe('Its id.'),
  ...flowFields,
  ...runOptions,
});

/** The names of everything that can be posted. */
export const START_FIELDS = Object.keys(startFields.shape) as (keyof typeof startFields.shape)[];
export const startBody = z.preprocess(fillFromPlan, startFields.superRefine(checkStart));
export type StartBody = z.output<typeof startBody>;
/** What a client has to write; the rest has defaults. */
export type StartInput = z.input<typeof startFields>;

export const rerunBody = z
  .looseObject({
    values: z
      .record(z.string(), z.string().max(FLOW_LIMITS.value))
      .optional()
      .describe(
        'Other values for single steps, by their place: `{"steps.3.value": "…"}`, and `url` of a `goto`. Secrets that ' +
          'somebody else wrote have to be among them; without, the answer is 400 and names them.',
      ),
  })
  .default({})
  .describe('Fields of a start: what is left out stays as it was; `null` takes an optional field away.');
export type RerunBody = z.output<typeof rerunBody>;

/** The same key with the same body gets the same answer for 24 hours. */
export const startHeaders = z.object({
  'idempotency-key': z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/, 'not_visible_ascii' satisfies IssueCode)
    .optional()
    .describe('The same key with the same body gets the same answer for 24 hours.'),
});
export const startReply = z.object({ ok: z.literal(true), id: idSchema, status: z.literal('running') });

function checkStart(body: z.output<typeof startFields>, context: z.RefinementCtx): void {
  checkOrigins(body, context);
  if (body.cancelPrevious && body.concurrencyKey === undefined)
    context.addIssue({
      code: 'custom',
      path: ['cancelPrevious'],
      message: 'no_concurrency_key' satisfies IssueCode,
    });
  for (const path of placeholdersIn(body))
    context.addIssue({ code: 'custom', path, message: 'placeholder' satisfies IssueCode });
  if (body.recordVideoOnFailure && markedValuesOf(body).length > 0)
    context.addIssue({
      code: 'custom',
      path: ['recordVideoOnFailure'],
      message: 'shows_secret' satisfies IssueCode,
    });
}

/** Older clients put the flow into `plan`: it fills in what is missing beside it. */
function fillFromPlan(body: unknown): unknown {
  if (!isRecord(body) || !isRecord(body.plan)) return body;
  const filled: Record<string, unknown> = { ...body };
  for (const field of START_FIELDS) if (filled[field] === undefined) filled[field] = body.plan[field];
  return filled;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Older clients know only the last part of an artifact's path; the run that it belongs to is read from there. */
export const artifactNameParams = z
  .object({ file: z.string().regex(/^[\w-]{1,100}-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.\w{1,8}$/) })
  .transform(({ file }) => ({ id: /.{36}(?=\.\w+$)/.exec(file)?.[0] ?? '', file }));

export const stepOutcomeSchema = z.object({
  index: z.int().min(0),
  action: z.string(),
  ok: z.boolean(),
  error: z
    .string()
    .optional()
    .describe(
      'Why it failed; of a step that is `ok`, that its picture could not be kept (the disk is full).',
    ),
  screenshotPath: z.string().optional().describe('Relative to `/artifacts/`, as every path of an artifact.'),
  a11y: z.string().optional(),
  attempt: z
    .int()
    .min(1)
    .optional()
    .describe('Which start of the flow it belongs to; only where a run was requeued, and so has had two.'),
});

const verdictSchema = z.object({
  why: z.string(),
  owner: z.string().optional(),
  epoch: z.int(),
  lastHeartbeat: time.optional(),
  browser: z.enum(['gone', 'unknown']),
  detail: z.string().optional(),
});

const lateResultSchema = z.object({
  epoch: z.int(),
  owner: idSchema,
  browserClosed: z.boolean(),
  result: z.record(z.string(), z.unknown()),
  at: time,
});

/** How a run was or is being stopped. */
export const runCancelSchema = z.object({
  requestedAt: time.optional().describe('Without it nobody asked: the supervisor ended the run.'),
  source: z.enum(CANCEL_SOURCES),
  mode: z.enum(CANCEL_MODES).optional(),
  reason: z.string().optional(),
  stale: z.literal(true).optional(),
  verdict: verdictSchema.optional(),
  lateResults: z.array(lateResultSchema).optional(),
});

export const runSummarySchema = z.object({
  id: idSchema,
  status,
  state: z.string().describe('The full state of the machine, e.g. `running.stepping.acting`.'),
  startedAt: time,
  durationMs: z.number().min(0).describe('0 until the run is final.'),
  baseUrl: z.string(),
  project: idSchema,
  owner: idSchema.optional().describe('The runner that has it, or had it last.'),
  stepCount: z.int().min(0).optional().describe('How many steps its flow has.'),
  contextId: z.string().optional(),
  error: z.string().optional().describe('A failure outside a step.'),
  stopReason: z
    .string()
    .optional()
    .describe(
      'Why it did not pass: `launch_failed`, `launch_timeout`, `step_failed`, `step_timeout`, `commit_timeout`, ' +
        '`close_failed`, `queue_timeout`, `deadline`, `cancelled`, `stale` (its runner was lost), or `broken` (it could ' +
        'not be started, or what it did could not be stored).',
    ),
  steps: z.array(stepOutcomeSchema).describe('Executed steps only. In lists without `a11y`.'),
  onCancel: z
    .array(stepOutcomeSchema)
    .optional()
    .describe("What became of the flow's `onCancel` steps, if they were begun."),
  videoPath: z.string().optional(),
  rerunOf: idSchema.optional().describe('The run that this one repeats.'),
  attempt: z.int().min(2).optional().describe('2 after the run was requeued; else left out.'),
  concurrencyKey: z.string().optional(),
  cancel: runCancelSchema.optional(),
});
export type RunSummary = z.infer<typeof runSummarySchema>;

/** Described as `eventSchema`; read so that an event of a newer gateway is no error. */
export const readableEventSchema = anyEventSchema as unknown as z.ZodType<RunEvent>;

export const runSchema = runSummarySchema.extend({ events: z.array(readableEventSchema).optional() });
export type RunDetail = z.infer<typeof runSchema>;

/** The longest page of runs, and the one without `limit`. */
export const LIST_LIMIT = 100;
const LIST_LIMIT_MAX = 1_000;

const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, `must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .refine((number) => number >= min && number <= max, `must be a whole number from ${min} to ${max}`)
    .meta({ type: 'integer', minimum: min, maximum: max });
/** One that the database can hold: it knows no year 0, and reads no more than so many digits. */
const since = z.iso
  .datetime()
  .max(40)
  .refine((text) => !text.startsWith('0000'), 'no_year' satisfies IssueCode);
/** An empty parameter counts as none. */
const optionalParam = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => (value === '' ? undefined : value), schema.optional());

export const listQuery = z.object({
  project: z.string().max(FLOW_LIMITS.project).optional(),
  status: optionalParam(status),
  contextId: optionalParam(z.string().max(FLOW_LIMITS.contextId)),
  since: optionalParam(since).describe('Runs started at this time or later.'),
  limit: optionalParam(wholeNumber(1, LIST_LIMIT_MAX)).describe(
    `The length of a page; ${LIST_LIMIT} by default.`,
  ),
  before: optionalParam(
    z
      .string()
      .max(100)
      .refine(isRunCursor, 'not_from_link' satisfies IssueCode),
  ).describe('Where the page before ended: from its `Link` header.'),
});

/** `wait`: answer when the run is final, or after so many seconds, whichever comes first. */
const LONGEST_WAIT_S = 60;
export const readQuery = z.object({
  wait: optionalParam(wholeNumber(0, LONGEST_WAIT_S)).describe(
    'Answer when the run is final, or after so many seconds.',
  ),
});
