import { z } from 'zod';
import { templateIssues } from '#shared/domain/flow/fill-in.ts';
import { checkSteps, flowFields } from '#shared/domain/flow/flow.ts';
import { FLOW_LIMITS } from '#shared/domain/flow/limits.ts';
import { placeholdersIn } from '#shared/domain/flow/placeholder.ts';
import { isExclusive, keyOfProfile } from '#shared/domain/flow/profile.ts';
import { hasMarkedValues } from '#shared/domain/flow/secrets.ts';
import { assistedSchema } from '#shared/domain/flow/victory.ts';
import { isLabel, MOST_LABELS } from '#shared/domain/run/labels.ts';
import { ON_RUNNER_LOSS } from '#shared/domain/run/status.ts';
import { isFields } from '#shared/platform/json/fields.ts';
import type { IssueCode } from '../errors/issues.ts';
import { flowName, flowVersion } from '../flows/flow-name.ts';
import { idSchema } from '../id.ts';
import { ONE_LINE } from '../one-line.ts';
import { runLabels, runName } from './label.ts';

const RUN_LIMITS = { durationMs: 86_400_000, queueMs: 7 * 86_400_000, key: 200 } as const;

/** Options of a run besides its flow. Times in ms. */
const runOptions = {
  name: runName
    .optional()
    .describe(
      'What people call the run, in lists and searches. An empty name is none. Secrets of the flow are redacted.',
    ),
  labels: runLabels
    .optional()
    .describe(
      'By which people group runs, e.g. `nightly` or `team:checkout`: any text, not interpreted. Secrets of the flow are redacted. (Which runners may take the run: `runnerLabels`.)',
    ),
  maxDurationMs: z
    .int()
    .min(1)
    .max(RUN_LIMITS.durationMs)
    .optional()
    .describe(
      'Maximum duration from the claim on, after which the run ends as `fail` with `stopReason: "deadline"`. The server may enforce a lower one.',
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
      '`requeue`: if the runner is lost, the flow restarts from its first step, once, unless a cancel is recorded. ' +
        'A run of which nothing has begun returns to the queue once, whatever is asked for here, and has its restart left.',
    ),
  concurrencyKey: z
    .string()
    .min(1)
    .max(RUN_LIMITS.key)
    .refine(...ONE_LINE)
    .optional()
    .describe('Runs of one project with the same key are on a runner one at a time; the others wait.'),
  runnerLabels: z
    .array(z.string().refine(isLabel, 'not_label' satisfies IssueCode))
    .max(MOST_LABELS)
    .optional()
    .describe(
      'Only a runner that has all of these labels (`GHOSTLY_LABELS`) takes the run. While none has them, it waits: see `waitingFor`.',
    ),
  cancelPrevious: z
    .boolean()
    .default(false)
    .describe('Cancel the earlier runs with the same `concurrencyKey`.'),
  assisted: assistedSchema
    .optional()
    .describe('From clients of the original: given back with the run, secrets of the flow redacted.'),
};

/** Asked of a start only: what is stored from before can still be read. */
const { baseUrl, contextId } = flowFields;
export const shownInLines = {
  baseUrl: baseUrl.refine(...ONE_LINE).describe(baseUrl.description ?? ''),
  contextId: contextId.refine(...ONE_LINE).describe(contextId.description ?? ''),
};

/** `project` is first so that its issue is listed first. */
export const startFields = z.object({
  project: z.string().trim().min(1).max(FLOW_LIMITS.project).describe('The id of the project.'),
  ...flowFields,
  ...shownInLines,
  ...runOptions,
});

/** The names of all fields of a start. */
export const START_FIELDS = Object.keys(startFields.shape) as (keyof typeof startFields.shape)[];
export const startBody = z.preprocess(fillFromPlan, startFields.superRefine(checkStart));
export type StartBody = z.output<typeof startBody>;
/** A start of a flow of its own, as a client writes it: fields with defaults are optional. */
export type StartInput = z.input<typeof startFields>;

/** What a flow says, and no start of a named one. */
export const OF_FLOW_ALONE: readonly string[] = [
  'site',
  ...Object.keys(flowFields).filter(
    (field) => !['baseUrl', 'inputs', 'contextId', 'profile'].includes(field),
  ),
];

/** Which named flow is started. */
export const namedFlow = z.strictObject({ name: flowName, version: flowVersion.optional() });

/** Loose, so that what does not belong there is found. */
const namedStartFields = z.looseObject({
  project: startFields.shape.project,
  flow: namedFlow.describe(
    'A named flow of the project, in place of the fields of a flow; by default in its newest version.',
  ),
  baseUrl: shownInLines.baseUrl.optional().describe('In place of that of the flow.'),
  inputs: startFields.shape.inputs,
  contextId: startFields.shape.contextId,
  profile: flowFields.profile.describe('In place of that of the flow.'),
  ...runOptions,
});
const { cancelPrevious: _, assisted: __, ...lasting } = runOptions;
/** What the starts of a schedule have in common, besides its flow. Its `overlap` says what is cancelled. */
export const scheduledStartFields = z.strictObject({
  ...namedStartFields.pick({ baseUrl: true, inputs: true, contextId: true, profile: true }).shape,
  ...lasting,
  onRunnerLoss: lasting.onRunnerLoss.unwrap().optional(),
});
/** The names of all fields of a start of a named flow. */
export const NAMED_START_FIELDS: readonly string[] = Object.keys(namedStartFields.shape);
export type NamedStartInput = StripLoose<z.input<typeof namedStartFields>>;
export type NamedStart = StripLoose<z.output<typeof namedStartFields>>;
/** Without the index that any other name would have. */
type StripLoose<Fields> = { [Name in keyof Fields as string extends Name ? never : Name]: Fields[Name] };

/** Which of the two a start is: not sent, and not described. */
export const START_KIND = 'startKind';

/** Each is checked by its own schema, so that what is wrong with it is named at its place. */
export const postedStart = z.preprocess(
  (body) => {
    const filled = fillFromPlan(body);
    return isFields(filled)
      ? { ...filled, [START_KIND]: filled.flow === undefined ? 'flow' : 'named' }
      : filled;
  },
  z.discriminatedUnion(START_KIND, [
    startFields.extend({ [START_KIND]: z.literal('flow') }).superRefine(checkStart),
    namedStartFields.extend({ [START_KIND]: z.literal('named') }).superRefine(checkNamedStart),
  ]),
);

function checkNamedStart(body: z.output<typeof namedStartFields>, context: z.RefinementCtx): void {
  for (const field of OF_FLOW_ALONE)
    if (body[field] !== undefined)
      context.addIssue({ code: 'custom', path: [field], message: 'beside_flow' satisfies IssueCode });
}

export const stepValues = z
  .record(z.string(), z.string().max(FLOW_LIMITS.value))
  .optional()
  .describe(
    'New values for single steps, by path: `{"steps.3.value": "…"}`, also the `url` of a `goto`. Secrets written by ' +
      'another user have to be supplied here; if any is missing, the answer is 400 and lists them. Where one stands inside another text, such as a selector, send your own `steps`, `onCancel` or `assist`.',
  );

export const rerunBody = z
  .looseObject({ values: stepValues })
  .superRefine(checkRerun)
  .default({})
  .describe(
    'Fields of a start that replace those of the original; `null` removes an optional field. Other fields are refused.',
  );
export type RerunBody = z.output<typeof rerunBody>;

/** A flow as it may be shown. */
export const flowReply = z.object({
  flow: z
    .record(z.string(), z.unknown())
    .describe(
      'The fields of a start, defaults filled in; only its options if the stored flow cannot be read.',
    ),
  hidden: z
    .array(z.string())
    .describe('Where `[REDACTED]` stands for a secret, by path: `steps.3.value`, `baseUrl`.'),
  keepsHidden: z
    .boolean()
    .describe(
      'The caller wrote all of them: a rerun of theirs keeps what is hidden. Otherwise they are to be supplied.',
    ),
  login: z
    .array(z.record(z.string(), z.unknown()))
    .optional()
    .describe('The steps of its profile that log in, which come before its own. A rerun has those of then.'),
});

/** Headers of a start. */
export const startHeaders = z.object({
  'idempotency-key': z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/, 'not_visible_ascii' satisfies IssueCode)
    .optional()
    .describe('The same key with the same body gets the same answer for 24 hours.'),
});
export const startReply = z.object({
  ok: z.literal(true),
  id: idSchema,
  status: z.literal('running'),
  ignored: z
    .array(z.string())
    .optional()
    .describe(
      'Fields that are not known here and were ignored, by path, the first 20: only if there are any.',
    ),
});

/** What a start has to fulfil besides the schemas of its fields. */
export function checkStart(
  body: Omit<z.output<typeof startFields>, 'project'>,
  context: z.RefinementCtx,
): void {
  checkFlow(body, context);
  checkOptions(body, context);
}

type StartOptions = z.output<typeof startFields>;

function checkOptions(
  {
    cancelPrevious,
    concurrencyKey,
    profile,
  }: Pick<StartOptions, 'cancelPrevious' | 'concurrencyKey' | 'profile'>,
  context: z.RefinementCtx,
): void {
  const issue = (field: keyof StartOptions, message: IssueCode) =>
    context.addIssue({ code: 'custom', path: [field], message });
  const own = profile && isExclusive(profile) ? keyOfProfile(profile.name) : concurrencyKey;
  if (cancelPrevious && own === undefined) issue('cancelPrevious', 'no_concurrency_key');
  if (concurrencyKey !== undefined && own !== concurrencyKey) issue('concurrencyKey', 'beside_profile');
}

/** What a flow has to fulfil besides the schemas of its fields. */
export function checkFlow(
  body: Pick<
    z.output<typeof startFields>,
    'baseUrl' | 'steps' | 'onCancel' | 'inputs' | 'inputsSchema' | 'recordVideoOnFailure'
  >,
  context: z.RefinementCtx,
): void {
  checkSteps(body, context);
  for (const { path, message } of templateIssues(body)) context.addIssue({ code: 'custom', path, message });
  for (const path of placeholdersIn(body))
    context.addIssue({ code: 'custom', path, message: 'placeholder' satisfies IssueCode });
  if (body.recordVideoOnFailure && hasMarkedValues(body))
    context.addIssue({
      code: 'custom',
      path: ['recordVideoOnFailure'],
      message: 'shows_secret' satisfies IssueCode,
    });
}

/** Without a field that is not known the original flow would run, and not the one that was meant. */
function checkRerun(body: Readonly<Record<string, unknown>>, context: z.RefinementCtx): void {
  const known = new Set<string>([...START_FIELDS, 'values']);
  const keys = Object.keys(body).filter((name) => !known.has(name));
  if (keys.length > 0) context.addIssue({ code: 'unrecognized_keys', keys });
}

/** Clients of the original send the flow in `plan`; it supplies fields that are missing at the top level. */
function fillFromPlan(body: unknown): unknown {
  if (!isFields(body) || !isFields(body.plan)) return body;
  const filled: Record<string, unknown> = { ...body };
  for (const field of START_FIELDS) if (filled[field] === undefined) filled[field] = body.plan[field];
  return filled;
}
