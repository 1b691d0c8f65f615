/* Flows that a project keeps under a name, each in versions that never change. */
import { z } from 'zod';
import { NAMED_FLOW_LIMITS as LIMIT } from '#shared/api/limits.ts';
import { flowFields } from '#shared/domain/flow/flow.ts';
import { writtenSecrets } from '#shared/domain/flow/written-secrets.ts';
import { presentFlag } from '../cancel/cancel.ts';
import type { IssueCode } from '../errors/issues.ts';
import { idSchema } from '../id.ts';
import { ONE_LINE } from '../one-line.ts';
import { optionalParam, wholeNumber } from '../runs/runs.ts';
import { checkFlow, OF_FLOW_ALONE, START_FIELDS, shownInLines } from '../runs/start.ts';
import { flowName, flowVersion, LARGEST_VERSION } from './flow-name.ts';

const time = z.iso.datetime();

export const flowParams = z.object({ id: idSchema, name: flowName });
export const versionParams = flowParams.extend({ version: z.string().regex(/^[1-9]\d{0,8}$/) });

const { inputs: _, contextId: __, ...kept } = flowFields;

/** The fields of a flow that is kept; what belongs to a start is not among them. */
export const keptFields = z.looseObject({
  site: z.string().max(100).optional().describe('A sample site that it visits, for clients that open it.'),
  ...kept,
  baseUrl: shownInLines.baseUrl,
});
/** The names of all fields of a named flow. */
export const KEPT_FIELDS: readonly string[] = ['baseUrl', 'profile', ...OF_FLOW_ALONE];

export const keptFlow = keptFields.superRefine(checkKept);
/** The same, but for what depends on the inputs that it is started with. */
export const flowDefinition = keptFields.superRefine(checkDefinition);

function checkKept(flow: z.output<typeof keptFields>, context: z.RefinementCtx): void {
  checkDefinition(flow, context);
  checkFlow(flow, context);
}

function checkDefinition(flow: z.output<typeof keptFields>, context: z.RefinementCtx): void {
  const issue = (path: (string | number)[], message: IssueCode) =>
    context.addIssue({ code: 'custom', path, message });
  for (const field of START_FIELDS)
    if (Object.hasOwn(flow, field) && !KEPT_FIELDS.includes(field)) issue([field], 'field_of_start');
  for (const { path, message } of writtenSecrets(flow)) issue(path, message);
  if (JSON.stringify(flow).length > LIMIT.body) issue([], 'flow_too_large');
}

const description = z
  .string()
  .trim()
  .max(LIMIT.description)
  .refine(...ONE_LINE);

/** Unknown fields are refused: an ignored one would be missing from what is kept. */
export const putFlowBody = z.strictObject({
  flow: keptFlow.describe(
    'The fields of a flow, without `inputs` and what else belongs to a start. Unknown fields are not kept, and named in the answer (`ignored`). A value to type must be a template, unless its step says `secret: false`, and so has to be what it names: no `default`, `enum`, `const`, `examples` or `set` gives it a value. So what is kept holds no secret. At most 262,144 characters of JSON.',
  ),
  description: description.optional().describe('For people; left out, it stays as it is.'),
});

export const putFlowHeaders = z.object({
  'if-match': z
    .string()
    .regex(/^(W\/)?"\d{1,9}"$/, 'not_version_tag' satisfies IssueCode)
    .optional()
    .describe(
      'The `ETag` of the version that was edited; 412 if there is a newer one, unless that has the same content: a repeat is no conflict.',
    ),
  'if-none-match': z
    .string()
    .refine((text) => text === '*', 'not_star' satisfies IssueCode)
    .optional()
    .describe('`*`: 412 if there is a flow with this name, unless it has the same content.'),
});

export const putFlowQuery = z.object({
  dryRun: presentFlag.describe('Only check the flow, and say what would change; nothing is stored.'),
});

const maker = z
  .string()
  .optional()
  .describe('E-mail of who stored this version. Absent once that user is deleted.');
const version = flowVersion.describe('Versions are numbered from 1, without gaps.');

const named = z.object({
  name: flowName,
  version,
  description: z.string(),
  createdAt: time,
  updatedAt: time.describe('When its newest version was stored, or it was deleted or restored.'),
  by: maker,
  deletedAt: time.optional().describe('It is deleted: it keeps its versions, and can be restored.'),
});
type Named = typeof named;
/** A name for declarations, as `StepSchema` is. */
export interface NamedFlowSchema extends Named {}
export const namedFlowSchema: NamedFlowSchema = named;
export type NamedFlow = z.output<NamedFlowSchema>;

const body = z.record(z.string(), z.unknown()).describe('Its fields as they were given, in their order.');
export const namedFlowReply = namedFlowSchema.extend({ flow: body });

const json = z.unknown();
const change = z.object({
  kind: z.enum(['added', 'removed', 'changed']),
  path: z.string().describe('Such as `steps.3.selector`; of what was removed, the place that it had before.'),
  before: json
    .optional()
    .describe('Unless it was added. A value of more than 2,000 characters of JSON is cut, as a text.'),
  after: json.optional().describe('Unless it was removed; likewise.'),
});
const changesSchema = z.object({
  changes: z.array(change).describe('The first 500.'),
  more: z.literal(true).optional().describe('There are more than these.'),
});
export type FlowChanges = z.output<typeof changesSchema>;

export const savedFlowReply = z.object({
  name: flowName,
  version: version.describe('The newest version now; of a dry run, the one that there would be.'),
  created: z
    .boolean()
    .describe('Whether this made a version: `false` if the newest one has the same content.'),
  restored: z.literal(true).optional().describe('It was deleted before, and is there again.'),
  ignored: z
    .array(z.string())
    .optional()
    .describe(
      'Fields that are not known here and are not kept, by path, the first 20: only if there are any.',
    ),
  changes: changesSchema.shape.changes
    .optional()
    .describe('Of a dry run: what is different from the newest version.'),
  more: changesSchema.shape.more,
});

export const listFlowsQuery = z.object({
  deleted: z.enum(['1']).optional().describe('`1`: the deleted ones instead.'),
  limit: optionalParam(wholeNumber(1, LIMIT.largestPage)).describe(`Page size; ${LIMIT.page} by default.`),
  after: optionalParam(flowName).describe('Where the previous page ended; taken from its `Link` header.'),
});

export const flowVersionSchema = z.object({ version, createdAt: time, by: maker });
export const flowVersionReply = flowVersionSchema.extend({ name: flowName, flow: body });

export const listVersionsQuery = z.object({
  limit: optionalParam(wholeNumber(1, LIMIT.largestPage)).describe(`Page size; ${LIMIT.page} by default.`),
  before: optionalParam(wholeNumber(1, LARGEST_VERSION)).describe(
    'Where the previous page ended; taken from its `Link` header.',
  ),
});

export const differenceQuery = z.object({
  from: wholeNumber(1, LARGEST_VERSION).describe('A version.'),
  to: optionalParam(wholeNumber(1, LARGEST_VERSION)).describe('Another one; by default the newest.'),
});
export const differenceReply = changesSchema.extend({ from: flowVersion, to: flowVersion });

export const restoreFlowBody = z
  .strictObject({
    version: flowVersion
      .optional()
      .describe('This version becomes the newest, under a new number. By default the newest stays.'),
  })
  .default({});

const count = z.int().min(0);
const versionStatistics = z.object({
  version: flowVersion,
  runs: count.describe('All of these, those that go on included.'),
  pass: count,
  fail: count,
  cancelled: count,
  lost: count,
  passRate: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe('The part that passed of those that passed or failed; absent if there are none.'),
  medianMs: z
    .number()
    .min(0)
    .optional()
    .describe('Median time of those that passed, from the claim to the end; absent if there are none.'),
  lastStartedAt: time.describe('When the newest of them was started.'),
});
export const statisticsReply = z.object({
  runs: count.describe('How many runs were looked at: the newest 1,000 of the flow.'),
  versions: z.array(versionStatistics).describe('Newest version first; only those that ran.'),
  tests: z
    .object({ tests: count, flaky: count, fail: count, flakeRate: z.number().min(0).max(1) })
    .optional()
    .describe(
      'Of its newest 50 tests in batches that have passed or failed, quarantined ones included: how many were flaky. Absent if there are none.',
    ),
});
