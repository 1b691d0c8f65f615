import { KEPT_FIELDS } from '#shared/api/contract/flows/flows.ts';
import { START_FIELDS } from '#shared/api/contract/runs/start.ts';
import {
  dialogSchema,
  downloadSchema,
  retrySchema,
  stepSchema,
  whenSchema,
} from '#shared/domain/flow/step.ts';
import { assistedSchema, assistSchema, conditionFields } from '#shared/domain/flow/victory.ts';
import { isFields } from '#shared/platform/json/fields.ts';

/** So many are named at most, and names of so many characters. */
const MOST = 20;
const LONGEST_NAME = 100;

const FIELDS_OF_KEPT: ReadonlySet<string> = new Set(KEPT_FIELDS);
const FIELDS: ReadonlySet<string> = new Set([...START_FIELDS, 'flow', 'plan']);
const FIELDS_OF_STEP = new Map<string, ReadonlySet<string>>(
  stepSchema.options.map(({ shape }) => [shape.action.value, new Set(Object.keys(shape))]),
);

/** The same of a step. */
const OBJECTS_OF_STEP = [
  ['retry', Object.keys(retrySchema.shape)],
  ['when', Object.keys(whenSchema.shape)],
  ['dialog', Object.keys(dialogSchema.shape)],
  ['download', Object.keys(downloadSchema.shape)],
] as const;

/** Fields that are objects, and what is known of them. `assistConfig` is what this service gives back. */
const OBJECTS = [
  ['assist', Object.keys(assistSchema.shape)],
  ['assisted', [...Object.keys(assistedSchema.shape), 'assistConfig']],
] as const;

/**
 * The fields of a valid start, as it was sent, that have no meaning here, by path: `viewport`, `steps.0.wait`. They are
 * ignored, as clients of the original send some; the answer lists them, which shows a misspelt one.
 */
export function ignoredFields(body: unknown, known: readonly string[] = []): string[] {
  if (!isFields(body)) return [];
  const { plan } = body;
  const found = [
    ...Object.keys(body).filter((name) => !FIELDS.has(name) && !known.includes(name)),
    ...(plan === undefined || isFields(plan) ? [] : ['plan']),
    ...(isFields(plan)
      ? Object.keys(plan)
          .filter((name) => !FIELDS.has(name))
          .map((name) => `plan.${name}`)
      : []),
    ...LISTS.flatMap((list) =>
      body[list] === undefined && isFields(plan)
        ? ignoredInSteps(plan[list], `plan.${list}`)
        : ignoredInSteps(body[list], list),
    ),
    ...ignoredInObjects(body),
  ];
  return shortened(found);
}

/** The same of a flow that is to be kept under a name. */
export function ignoredInFlow(flow: unknown): string[] {
  if (!isFields(flow)) return [];
  return shortened([
    ...Object.keys(flow).filter((name) => !FIELDS_OF_KEPT.has(name)),
    ...LISTS.flatMap((list) => ignoredInSteps(flow[list], list)),
    ...ignoredInObjects(flow),
  ]);
}

const LISTS = ['steps', 'onCancel'] as const;

const shortened = (found: readonly string[]): string[] =>
  found.slice(0, MOST).map((path) => path.slice(0, LONGEST_NAME));

const ignoredInSteps = (steps: unknown, path: string): string[] =>
  Array.isArray(steps) ? steps.flatMap((step, index) => ignoredOf(step, `${path}.${index}`)) : [];

function ignoredInObjects(body: Readonly<Record<string, unknown>>): string[] {
  return [
    ...OBJECTS.flatMap(([field, known]) => unknownIn(body, field, known)),
    ...(isFields(body.assist)
      ? unknownIn(body.assist, 'victory', Object.keys(conditionFields), 'assist.')
      : []),
  ];
}

function unknownIn(
  body: Readonly<Record<string, unknown>>,
  field: string,
  known: readonly string[],
  before = '',
): string[] {
  const given = body[field];
  if (!isFields(given)) return [];
  return Object.keys(given)
    .filter((name) => !known.includes(name))
    .map((name) => `${before}${field}.${name}`);
}

function ignoredOf(step: unknown, path: string): string[] {
  const fields = isFields(step) ? FIELDS_OF_STEP.get(String(step.action)) : undefined;
  if (!isFields(step) || !fields) return [];
  return [
    ...Object.keys(step)
      .filter((name) => !fields.has(name))
      .map((name) => `${path}.${name}`),
    ...OBJECTS_OF_STEP.flatMap(([field, known]) => unknownIn(step, field, known, `${path}.`)),
  ];
}
