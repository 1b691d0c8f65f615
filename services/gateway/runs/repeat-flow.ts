import { isDeepStrictEqual } from 'node:util';
import type { RepeatableRun } from '#shared/adapters/database/run-views/repeat.ts';
import type { FlowReference } from '#shared/api/contract/flows/flow-name.ts';
import {
  OF_FLOW_ALONE,
  type RerunBody,
  START_FIELDS,
  type StartBody,
} from '#shared/api/contract/runs/start.ts';
import { type Flow, flowSchema } from '#shared/domain/flow/flow.ts';
import type { Step } from '#shared/domain/flow/step.ts';
import type { Fields } from '#shared/platform/json/fields.ts';
import type { FoundIssue } from '../http/input.ts';
import { shownFlow } from './shown-flow.ts';

/** A few are enough to see what is wrong. */
const UNKNOWN_NAMED = 10;
const STEP_LISTS = ['steps', 'onCancel'] as const;

/**
 * The body that starts a run again with changes, still to be validated. What is not changed stays as it was posted;
 * `null` takes a field away.
 */
export function repeatedBody({ projectId, plan, options }: RepeatableRun, changes: RerunBody): Fields {
  const { values = {}, ...fields } = changes;
  const before: Fields = { project: projectId, ...withValues(plan, values), ...options };
  // Without its key there is nothing it could cancel.
  const given: Fields = fields.concurrencyKey === null ? { cancelPrevious: null, ...fields } : fields;
  const after = START_FIELDS.map((field) => [
    field,
    Object.hasOwn(given, field) ? given[field] : before[field],
  ]);
  return Object.fromEntries(after.filter(([, value]) => value !== undefined && value !== null));
}

/** The named flow that a run is of, if the one that repeats it has no other steps or settings than that version. */
export function keptReference(
  { plan, flowName, flowVersion }: RepeatableRun,
  body: StartBody,
): FlowReference | undefined {
  if (flowName === null || flowVersion === null) return undefined;
  const [before, after]: Fields[] = [plan, body];
  const isSame = OF_FLOW_ALONE.every((field) => isDeepStrictEqual(before?.[field], after?.[field]));
  return isSame ? { name: flowName, version: flowVersion } : undefined;
}

/** Takes nothing of a stored flow that cannot be read: then all of it has to be given. */
export function readable(plan: unknown): Partial<Flow> {
  const { success, data } = flowSchema.safeParse(plan);
  return success ? data : {};
}

function withValues(plan: RepeatableRun['plan'], values: Record<string, string>): Fields {
  const given = (name: string, field: string) =>
    Object.hasOwn(values, name) ? { [field]: values[name] } : {};
  const changed = (list: (typeof STEP_LISTS)[number]) =>
    plan[list]?.map((step, index) => {
      const field = fieldOf(step);
      return field === undefined ? step : { ...step, ...given(`${list}.${index}.${field}`, field) };
    });
  const inputs =
    plan.inputs &&
    Object.fromEntries(
      Object.entries(plan.inputs).map(([name, value]) => [name, likeBefore(value, values[`inputs.${name}`])]),
    );
  return {
    ...plan,
    ...given('baseUrl', 'baseUrl'),
    ...(inputs && { inputs }),
    steps: changed('steps'),
    onCancel: changed('onCancel'),
  };
}

/** The text for an input, which is JSON if the value before was no text. */
function likeBefore(before: unknown, text: string | undefined): unknown {
  if (text === undefined) return before;
  if (typeof before === 'string') return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** What is wrong with the values of a rerun, and which secrets of another user it leaves in the flow. */
export async function valueIssues(
  source: RepeatableRun,
  changes: RerunBody,
  callerId: string,
): Promise<FoundIssue[]> {
  const values = new Set(Object.keys(changes.values ?? {}));
  const known = new Set(placesOf(source.plan, changes));
  const unknown = [...values].filter((name) => !known.has(name));
  const left = source.userId === callerId ? [] : await secretsLeft(source, changes);
  return [
    ...left
      .filter((name) => !values.has(name))
      .map((name) => ({
        path: name.split('.'),
        message: known.has(name) ? ('secret_of_another' as const) : ('secret_inside' as const),
      })),
    ...unknown
      .slice(0, UNKNOWN_NAMED)
      .map((name) => ({ path: ['values', name.slice(0, 60)], message: 'no_such_value' as const })),
  ];
}

/**
 * The places where the changes leave a secret as it was. Another user who repeats the flow gives secrets of their own: a
 * page or a picture would reveal the author's, and so would a text with a secret inside, which is not redacted (I10).
 */
async function secretsLeft(source: RepeatableRun, changes: RerunBody): Promise<string[]> {
  const { hidden } = await shownFlow(source);
  return hidden.filter((name) => {
    const [field = '', index, of] = name.split('.');
    if (Object.hasOwn(changes, field)) return false;
    const step = source.plan[field as (typeof STEP_LISTS)[number]]?.[Number(index)];
    // To clear a field is no secret.
    return !(step?.action === 'fill' && of === 'value' && step.value === '');
  });
}

/** The texts that may be replaced on their own, as they are named in `values`: of what the changes leave as it was. */
function placesOf(plan: RepeatableRun['plan'], changes: RerunBody): string[] {
  const places = STEP_LISTS.filter((list) => !Object.hasOwn(changes, list)).flatMap((list) =>
    (plan[list] ?? []).flatMap((step, index) => {
      const field = fieldOf(step);
      return field === undefined ? [] : [`${list}.${index}.${field}`];
    }),
  );
  if (!Object.hasOwn(changes, 'inputs'))
    places.push(...Object.keys(plan.inputs ?? {}).map((name) => `inputs.${name}`));
  return Object.hasOwn(changes, 'baseUrl') ? places : ['baseUrl', ...places];
}

const fieldOf = (step: Step): 'value' | 'url' | undefined =>
  step.action === 'fill' ? 'value' : step.action === 'goto' ? 'url' : undefined;
