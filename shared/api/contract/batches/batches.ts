/* Batches: many runs with one report. A batch has tests, each is a flow with a row of inputs, and has a run for each attempt (docs/ci.md). */
import { z } from 'zod';
import { BATCH_LIMITS as LIMIT } from '#shared/api/limits.ts';
import { BATCH_STATUSES, TEST_STATUSES } from '#shared/domain/batch/rules.ts';
import { flowFields } from '#shared/domain/flow/flow.ts';
import { OUTCOMES } from '#shared/domain/run/outcome.ts';
import { CANCEL_MODES } from '#shared/domain/run/status.ts';
import { cancelBody } from '../cancel/cancel.ts';
import type { IssueCode } from '../errors/issues.ts';
import { flowName, flowVersion } from '../flows/flow-name.ts';
import { flowDefinition } from '../flows/flows.ts';
import { idSchema } from '../id.ts';
import { runLabels, runName } from '../runs/label.ts';
import { optionalParam, wholeNumber } from '../runs/runs.ts';
import { scheduledStartFields, startHeaders } from '../runs/start.ts';

const time = z.iso.datetime();

export const batchParams = z.object({ id: idSchema, batch: idSchema });

const { inputs: _, name: __, labels: ___, ...treated } = scheduledStartFields.shape;
/** What the runs of a batch are started with, besides their inputs. */
const start = z.strictObject(treated);

const row = z.strictObject({
  name: runName.optional().describe('What the test is called, after its flow; else its inputs are named.'),
  inputs: flowFields.inputs,
  labels: runLabels.optional().describe('Besides those of its flow and of the batch.'),
});

const flow = z.strictObject({
  name: flowName,
  version: flowVersion.optional().describe('By default the newest one of now: all attempts have the same.'),
  definition: flowDefinition
    .optional()
    .describe(
      'The flow itself, as it would be stored: of a file, say. Nothing is stored under its name; if it has the content of the newest version, it counts as that.',
    ),
});

const batchFlow = z.strictObject({
  flow: flow.describe('A named flow of the project, or a definition with a name.'),
  rows: z.array(row).min(1).max(LIMIT.tests).default([{}]).describe('Each row of inputs is a test.'),
  labels: runLabels.optional(),
  start: start.prefault({}).describe('In place of that of the batch, field by field.'),
});

/** Unknown fields are refused: a misspelt `retries` would be none. */
export const batchBody = z
  .strictObject({
    name: runName.optional().describe('What people call it: `main, commit 3f2a1c`.'),
    flows: z.array(batchFlow).min(1).max(LIMIT.tests),
    start: start.prefault({}).describe('What all its runs are started with. No value of it may be a secret.'),
    maxParallel: z
      .int()
      .min(1)
      .max(LIMIT.parallel)
      .default(LIMIT.usualParallel)
      .describe('So many of its runs go on at once, at most.'),
    retries: z
      .int()
      .min(0)
      .max(LIMIT.retries)
      .default(0)
      .describe('A test that fails is run again, up to so many times. One that passes then is flaky.'),
    stopOnFailure: z
      .boolean()
      .default(false)
      .describe('Once a test has failed, no other is begun; what runs ends by itself.'),
    labels: runLabels.optional().describe('Of all its runs. With `quarantine` a test fails no batch.'),
  })
  .superRefine((body, context) => {
    const issue = (path: (string | number)[], message: IssueCode) =>
      context.addIssue({ code: 'custom', path, message });
    const tests = body.flows.reduce((sum, { rows }) => sum + rows.length, 0);
    if (tests > LIMIT.tests) issue(['flows'], 'too_many_tests');
    for (const [at, { flow }] of body.flows.entries())
      if (flow.definition && flow.version !== undefined)
        issue(['flows', at, 'flow', 'version'], 'beside_definition');
  });
export type BatchBody = z.output<typeof batchBody>;
export type BatchInput = z.input<typeof batchBody>;

export const batchHeaders = z.object({
  'idempotency-key': startHeaders.shape['idempotency-key'].describe(
    'The same key with the same body gets the same batch, as long as that is kept.',
  ),
});

const count = z.int().min(0);
const counts = z.object({
  tests: count,
  waiting: count,
  running: count,
  pass: count,
  flaky: count,
  fail: count,
  cancelled: count,
  skipped: count,
  quarantined: count.describe(
    'Of those that failed or were cancelled: so many are quarantined, and fail nothing.',
  ),
});

const attempt = z.object({
  attempt: z.int().min(1),
  runId: idSchema.describe('Its run, which may be deleted.'),
  startedAt: time,
  outcome: z.enum(OUTCOMES).optional().describe('How it ended; absent while it goes on.'),
  durationMs: z.number().min(0).optional().describe('From when a runner took it to its end.'),
  error: z.string().optional().describe('Why it failed, in words.'),
  picture: z.string().optional().describe('Path of its last picture below `/artifacts/`.'),
});

const test = z.object({
  index: count.describe('Its place in the batch.'),
  name: z.string().describe('No other test of the batch has it.'),
  flow: z.object({
    name: flowName,
    version: flowVersion.optional().describe('Absent for a definition that is no stored version.'),
  }),
  labels: z.array(z.string()),
  quarantined: z.boolean().describe('It has the label `quarantine`: it fails no batch.'),
  status: z.enum(TEST_STATUSES),
  reason: z.string().optional().describe('Why it could not be started, in words.'),
  attempts: z.array(attempt),
});
type TestShape = typeof test;
/** A name for declarations, as `StepSchema` is. */
export interface BatchTestSchema extends TestShape {}
export const batchTestSchema: BatchTestSchema = test;
export type BatchTest = z.output<BatchTestSchema>;

const summary = z.object({
  id: idSchema,
  project: idSchema,
  name: z.string().optional(),
  status: z.enum(BATCH_STATUSES).describe('`pass` and `fail` leave quarantined tests out.'),
  labels: z.array(z.string()),
  maxParallel: z.int(),
  retries: z.int(),
  stopOnFailure: z.boolean(),
  counts,
  createdAt: time,
  finishedAt: time.optional(),
  by: z.string().optional().describe('E-mail of who started it. Absent once that user is deleted.'),
  cancel: z
    .object({
      at: time,
      by: z.string().optional().describe('E-mail of who cancelled it.'),
      reason: z.string().optional(),
      job: idSchema.describe('The bulk cancel of its runs: `GET /v1/cancel-jobs/:id` says how each went.'),
    })
    .optional(),
});
type SummaryShape = typeof summary;
/** A name for declarations, as `StepSchema` is. */
export interface BatchSummarySchema extends SummaryShape {}
export const batchSummarySchema: BatchSummarySchema = summary;
export type BatchSummary = z.output<BatchSummarySchema>;

const whole = summary.extend({ tests: z.array(batchTestSchema).describe('In their order.') });
type BatchShape = typeof whole;
/** A name for declarations, as `StepSchema` is. */
export interface BatchSchema extends BatchShape {}
export const batchSchema: BatchSchema = whole;
export type Batch = z.output<BatchSchema>;

export const listBatchesQuery = z.object({
  limit: optionalParam(wholeNumber(1, LIMIT.page)).describe(`Page size; ${LIMIT.page} by default.`),
  before: optionalParam(idSchema).describe('Where the previous page ended; taken from its `Link` header.'),
});

export const cancelBatchBody = z
  .strictObject({ reason: cancelBody.shape.reason, mode: z.enum(CANCEL_MODES).default('graceful') })
  .default({ mode: 'graceful' });

/** What a report may be written as. */
const REPORT_FORMATS = ['json', 'junit', 'ctrf', 'markdown'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];
export const reportQuery = z.object({
  format: optionalParam(z.enum(REPORT_FORMATS)).describe('By default `json`.'),
});

/** A message of the stream of a batch: a test as it is now, or the batch itself. */
export const batchEntrySchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('test'), seq: z.int(), test: batchTestSchema }),
  z.object({ kind: z.literal('batch'), seq: z.int(), batch: batchSummarySchema }),
  z.object({ kind: z.literal('end') }),
]);
export type BatchEntry = z.output<typeof batchEntrySchema>;
