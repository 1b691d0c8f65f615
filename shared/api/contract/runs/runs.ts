import { z } from 'zod';
import { LIST_LIMIT, LONGEST_SEARCH, MOST_COUNTED, MOST_WAITING } from '#shared/api/limits.ts';
import { anyEventSchema, type RunEvent } from '#shared/domain/events/events.ts';
import { FLOW_LIMITS } from '#shared/domain/flow/limits.ts';
import { shownAssistedSchema } from '#shared/domain/flow/victory.ts';
import { OUTCOMES } from '#shared/domain/run/outcome.ts';
import { STATUSES } from '#shared/domain/run/status.ts';
import type { IssueCode } from '../errors/issues.ts';
import { flowName, flowReferenceSchema } from '../flows/flow-name.ts';
import { forkedFromSchema } from '../forks/forked-from.ts';
import { idSchema } from '../id.ts';
import { runLabel } from './label.ts';
import { runCancelSchema } from './run-cancel.ts';
import { isListCursor } from './run-cursor.ts';
import { triggerSchema } from './trigger.ts';
import { waitingForSchema } from './waiting-for.ts';

const time = z.iso.datetime();
const status = z.enum(STATUSES);

export const artifactQuery = z.object({
  link: z
    .enum(['no'])
    .optional()
    .describe(
      '`no`: answer with the file itself, also where the service redirects to a link of its object store, e.g. for scripts of pages, which must not follow it.',
    ),
});

/** Clients of the original use only the file name of an artifact; its run id is taken from the name. */
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
      'Why it failed. On a step that is `ok`: why its screenshot could not be stored (the disk is full).',
    ),
  screenshotPath: z.string().optional().describe('Relative to `/artifacts/`, like all artifact paths.'),
  a11y: z.string().optional(),
  attempt: z
    .int()
    .min(1)
    .optional()
    .describe('Which start of the flow the step belongs to; only if the flow was started again.'),
  carried: z
    .literal(true)
    .optional()
    .describe('The run that this one is forked off has done it, and has its pictures.'),
});

const summary = z.object({
  id: idSchema,
  status,
  outcome: z
    .enum(OUTCOMES)
    .optional()
    .describe(
      'How it ended; absent until it is final. `cancelled`: its end was asked for (see `cancel`), also if its runner was ' +
        'lost after that; `lost`: its runner was lost, and nobody had asked. The status of both is `fail`.',
    ),
  state: z.string().describe('The full state of the machine, e.g. `running.stepping.acting`.'),
  startedAt: time,
  durationMs: z.number().min(0).describe('0 until the run is final.'),
  baseUrl: z.string(),
  project: idSchema,
  owner: idSchema.optional().describe('The runner that owns it, or owned it last.'),
  stepCount: z.int().min(0).optional().describe('Number of steps of the flow.'),
  maxDurationMs: z
    .number()
    .min(0)
    .optional()
    .describe('The longest that it may take from its claim on; absent if that is not limited.'),
  contextId: z.string().optional(),
  error: z.string().optional().describe('An error outside of the steps.'),
  stopReason: z
    .string()
    .optional()
    .describe(
      'Why it did not pass: `launch_failed`, `launch_timeout`, `secrets_unopened`, `profile_stale`, `step_failed`, `step_timeout`, `commit_timeout`, ' +
        '`close_failed`, `queue_timeout`, `deadline`, `cancelled`, `stale` (its runner was lost), or `broken` (it could ' +
        'not be started, or its results could not be stored).',
    ),
  steps: z
    .array(stepOutcomeSchema)
    .describe(
      'Executed steps only. In lists without `a11y`. `GET /v1/runs/:id` has them once the run is final, and with `hints=1` ' +
        'those so far; until then its events tell of each.',
    ),
  onCancel: z
    .array(stepOutcomeSchema)
    .optional()
    .describe('Results of the `onCancel` steps that were started; at the same times as `steps`.'),
  results: z
    .record(z.string(), z.unknown())
    .optional()
    .describe(
      'What its steps (`extract`, `set`) have found, by name, secrets redacted; absent if nothing. In lists with `results=1`.',
    ),
  videoPath: z.string().optional(),
  rerunOf: idSchema.optional().describe('The run that this one reruns.'),
  forkedFrom: forkedFromSchema
    .optional()
    .describe('The run that this one is forked off, and the step that it begins with, from 0.'),
  forkFrom: z
    .array(z.int().min(1))
    .optional()
    .describe(
      'The steps at which another run can begin (`POST /v1/runs/:id/fork`), from 0; absent if there are none. Not in lists.',
    ),
  forks: z
    .array(z.object({ id: idSchema, step: z.int().min(1) }))
    .optional()
    .describe('The newest 20 runs that are forked off this one. Not in lists.'),
  flow: flowReferenceSchema
    .optional()
    .describe('The named flow that it was started from, in this version; absent if it was none.'),
  trigger: triggerSchema
    .optional()
    .describe(
      'The time of a schedule, or the test of a batch, that it was started for; absent if it is for neither.',
    ),
  attempt: z
    .int()
    .min(2)
    .optional()
    .describe('2 after its runner was lost and its flow started again; otherwise absent.'),
  concurrencyKey: z.string().optional(),
  runnerLabels: z.array(z.string()).optional().describe('Labels that its runner must have, sorted.'),
  name: z.string().optional().describe('What people call it; absent if it was given no name.'),
  title: z
    .string()
    .optional()
    .describe(
      'The title of the first page that had one, redacted and cut to 120 characters: what a run without a name is called.',
    ),
  labels: z
    .array(z.string())
    .optional()
    .describe('By which people group runs, sorted; absent if there are none.'),
  cancel: runCancelSchema.optional(),
  webhooks: z
    .object({
      failing: z.int().min(1),
      waiting: z.int().min(1).describe('Messages about this run, counted up to 100 for each webhook.'),
      lastStatus: z.int().optional().describe('What the one that has failed longest answered last.'),
    })
    .optional()
    .describe(
      'Webhooks of its project that fail, so that messages about it wait; absent if there are none, or if the caller may not read webhooks. Not in lists.',
    ),
  assisted: shownAssistedSchema
    .optional()
    .describe('If the start had `assisted` or `assist`: what the run is for, for clients of the original.'),
  verdict: z
    .enum(['success', 'inconclusive'])
    .optional()
    .describe(
      'Of a run with `assist.victory` only: `success` if it passed, `inconclusive` if the victory did not hold after its steps. Absent if it ended before.',
    ),
  verdictReason: z.string().optional().describe('The same in words.'),
  waitingFor: waitingForSchema
    .optional()
    .describe(
      'While the run is not final, and asked for with `hints=1`: what it waits for, since when, until when, and what happens then. In lists only of the ' +
        'runs that the list was asked about, and once it is known.',
    ),
});
type Summary = typeof summary;
/** A name for declarations, as `StepSchema` is. */
export interface RunSummarySchema extends Summary {}
export const runSummarySchema: RunSummarySchema = summary;
export type RunSummary = z.infer<RunSummarySchema>;

/** Described as `eventSchema`; parsed leniently, so that events of a newer gateway are accepted. */
export const readableEventSchema = anyEventSchema as unknown as z.ZodType<RunEvent>;

const detail = runSummarySchema.extend({
  events: z.array(readableEventSchema).optional(),
});
type Detail = typeof detail;
/** A name for declarations, as `StepSchema` is. */
export interface RunDetailSchema extends Detail {}
export const runSchema: RunDetailSchema = detail;
export type RunDetail = z.infer<RunDetailSchema>;

export const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, 'not_whole_number' satisfies IssueCode)
    .transform(Number)
    .pipe(z.number().min(min).max(max))
    .meta({ type: 'integer', minimum: min, maximum: max });
/** A time that PostgreSQL can store: no year 0, and a bounded number of digits. */
export const since = z.iso
  .datetime()
  .max(40)
  .refine((text) => !text.startsWith('0000'), 'no_year' satisfies IssueCode);
/** An empty parameter counts as absent. */
export const optionalParam = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => (value === '' ? undefined : value), schema.optional());

const LONGEST_ID = 36;

/** A user in a filter. */
const byUser = z.union([z.literal('me'), idSchema]);

export const listQuery = z.object({
  q: optionalParam(z.string().trim().max(LONGEST_SEARCH)).describe(
    'Only runs that have each of these words somewhere in their name, title, labels, address, context, error, reason or stop reason, in any case; or whose id this is, or begins with it (8 characters or more), or ends with it (short id). Newest first as they were accepted. A page may have fewer runs than `limit`, even none, and still a `Link` to the next: so much was looked at.',
  ),
  label: optionalParam(runLabel).describe(
    'Only runs with this label. The pages are those of a search, see `q`.',
  ),
  project: z.string().max(FLOW_LIMITS.project).optional(),
  status: optionalParam(status),
  outcome: optionalParam(z.enum(OUTCOMES)).describe(
    'Only final runs that ended so. (The status `fail` has those that were cancelled or lost, too.)',
  ),
  contextId: optionalParam(z.string().max(FLOW_LIMITS.contextId)),
  flow: optionalParam(flowName).describe(
    'Only runs of this named flow, in any version: with `project`, and without `contextId`.',
  ),
  since: optionalParam(since).describe('Runs started at this time or later.'),
  until: optionalParam(since).describe('Runs started before this time.'),
  order: optionalParam(z.enum(['newest', 'longest'])).describe(
    '`longest`: only runs that go on, the one that has run or waited longest first; without `q`, `label` and `attention`. By default the newest first.',
  ),
  attention: optionalParam(z.enum(['1', 'person', 'me'])).describe(
    '`1`: only runs that need a person: those that failed or were lost and were not run again since (`POST /v1/runs/:id/rerun`), those that ask a person, and those of a named flow that are on a runner for longer than any of the last 20 runs of that flow that passed, and than twice their median. (In a search only those that failed or were lost.) `person`: only runs that wait for a person; `me`: those of them that the caller may answer; both without `q` and `label`. All without `status`, `outcome`, `contextId`, `flow` and `stoppedBy`.',
  ),
  startedBy: optionalParam(byUser).describe('Only runs that this user started: an id, or `me`.'),
  stoppedBy: optionalParam(byUser).describe(
    'Only runs whose end this user asked for: an id, or `me`. Without `startedBy`, `contextId` and `flow`.',
  ),
  limit: optionalParam(wholeNumber(1, LIST_LIMIT)).describe(`Page size; ${LIST_LIMIT} by default.`),
  results: z.enum(['1']).optional().describe('`1`: with what the steps of the runs have found.'),
  waitingFor: optionalParam(z.string().max(MOST_WAITING * (LONGEST_ID + 1))).describe(
    `Ids of up to ${MOST_WAITING} runs, separated by commas: those of them that are on the page say what they wait for (\`waitingFor\`).`,
  ),
  before: optionalParam(
    z
      .string()
      .max(100)
      .refine(isListCursor, 'not_from_link' satisfies IssueCode),
  ).describe('Where the previous page ended; taken from its `Link` header.'),
});

export const countQuery = listQuery.pick({ project: true });

const runCount = z.int().min(0).max(MOST_COUNTED);
export const runCountsSchema = z.object({
  running: runCount.describe('Queued ones too.'),
  cancelling: runCount,
  pass: runCount,
  fail: runCount.describe('Neither cancelled nor lost.'),
  cancelled: runCount,
  lost: runCount,
});

/** Longest `wait`, in seconds. */
const LONGEST_WAIT_S = 60;
export const readQuery = z.object({
  wait: optionalParam(wholeNumber(0, LONGEST_WAIT_S)).describe(
    'Answer once the run is final, or after this many seconds, whichever comes first.',
  ),
});
export const readHeaders = z.object({
  'if-none-match': z
    .string()
    .optional()
    .describe('The `ETag` of an earlier answer; 304 if it is still the same.'),
});
