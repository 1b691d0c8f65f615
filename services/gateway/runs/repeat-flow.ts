import { type RerunBody, START_FIELDS } from '#shared/contract/start.ts';
import type { RepeatableRun } from '#shared/database/run-views/repeat.ts';
import { type Flow, flowSchema } from '#shared/flow/flow.ts';
import { isSecretFill, passwordsOf } from '#shared/flow/secrets.ts';
import type { Step } from '#shared/flow/step.ts';
import type { FoundIssue } from '../http/input.ts';

type Fields = Readonly<Record<string, unknown>>;
/** A few are enough to see what is wrong. */
const UNKNOWN_NAMED = 10;
const STEP_LISTS = ['steps', 'onCancel'] as const;

/** A text of the repeated flow that may be replaced on its own. */
interface Place {
  /** Its name among the `values` of a rerun, and where an issue says that it is missing: `steps.3.value`. */
  path: PropertyKey[];
  secret: boolean;
}

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

/** Of a stored flow that cannot be read nothing is taken: then all of it has to be given. */
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
  return { ...plan, ...given('baseUrl', 'baseUrl'), steps: changed('steps'), onCancel: changed('onCancel') };
}

/**
 * What is wrong with the values of a rerun. Secrets are for who wrote them alone: whoever else repeats the flow says their
 * own, since a page, a picture or what is redacted of their steps would tell them the others (I10).
 */
export function valueIssues(source: RepeatableRun, changes: RerunBody, callerId: string): FoundIssue[] {
  const values = new Set(Object.keys(changes.values ?? {}));
  const places = placesOf(source.plan, changes);
  const known = new Set(places.map(nameOf));
  const unknown = [...values].filter((name) => !known.has(name));
  const missing =
    source.flowBy === callerId ? [] : places.filter((place) => place.secret && !values.has(nameOf(place)));
  return [
    ...missing.map(({ path }) => ({ path, message: 'secret_of_another' as const })),
    ...unknown
      .slice(0, UNKNOWN_NAMED)
      .map((name) => ({ path: ['values', name.slice(0, 60)], message: 'no_such_value' as const })),
  ];
}

const nameOf = ({ path }: Place) => path.join('.');

/** Of what the changes leave as it was. */
function placesOf(plan: RepeatableRun['plan'], changes: RerunBody): Place[] {
  const { baseUrl = '' } = plan;
  const places: Place[] = Object.hasOwn(changes, 'baseUrl')
    ? []
    : [{ path: ['baseUrl'], secret: passwordsOf(baseUrl).length > 0 }];
  for (const list of STEP_LISTS) {
    if (Object.hasOwn(changes, list)) continue;
    for (const [index, step] of (plan[list] ?? []).entries()) {
      const field = fieldOf(step);
      if (field !== undefined) places.push({ path: [list, index, field], secret: hasSecret(step) });
    }
  }
  return places;
}

const fieldOf = (step: Step): 'value' | 'url' | undefined =>
  step.action === 'fill' ? 'value' : step.action === 'goto' ? 'url' : undefined;

/** To clear a field is no secret. */
const hasSecret = (step: Step): boolean =>
  (isSecretFill(step) && step.value !== '') || (step.action === 'goto' && passwordsOf(step.url).length > 0);
