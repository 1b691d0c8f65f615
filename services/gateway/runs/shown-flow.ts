/*
 * The flow of a run as it may be shown: without its secrets (I10), by the rules of the steps in events, but in full. And
 * the way back: who wrote the secrets may post what was shown, and need not know them again. Owns no state.
 */
import { isDeepStrictEqual } from 'node:util';
import type { RepeatableRun } from '#shared/adapters/database/run-views/repeat.ts';
import { type RerunBody, START_FIELDS } from '#shared/api/contract/runs/start.ts';
import { REDACTED } from '#shared/domain/flow/placeholder.ts';
import { createRedactor, type Redactor, redactStep } from '#shared/domain/flow/redact.ts';
import { redactValue } from '#shared/domain/flow/redact-value.ts';
import { passwordsOf, secretInputs, secretsOf, withoutCredentials } from '#shared/domain/flow/secrets.ts';
import type { Step } from '#shared/domain/flow/step.ts';
import { type Fields, isFields } from '#shared/platform/json/fields.ts';
import { redactTexts } from './redact-texts.ts';

const STEP_LISTS = ['steps', 'onCancel'] as const;
/** Fields in which a secret hides the place of the whole. */
const WHOLE = ['inputsSchema', 'assist'] as const;

interface ShownFlow {
  /** The fields of a start, in its order. */
  flow: Fields;
  /** Where it shows the placeholder instead of a secret: `steps.3.value`. */
  hidden: string[];
  /** What logs in before its own steps. */
  login?: Fields[];
}

/** What a start of this run's flow would be, secrets hidden. */
export async function shownFlow(source: RepeatableRun): Promise<ShownFlow> {
  const { plan, options, projectId } = source;
  const shown = await redacted(plan);
  const all: Fields = { project: projectId, ...shown, ...options };
  const fields = START_FIELDS.map((field) => [field, all[field]] as const);
  const hidden = STEP_LISTS.flatMap((list) =>
    (plan[list] ?? []).flatMap((step, index) =>
      changedFields(step, shown[list]?.[index] ?? {}).map((field) => `${list}.${index}.${field}`),
    ),
  );
  return {
    ...(shown.login && { login: shown.login }),
    flow: Object.fromEntries(fields.filter(([, value]) => value !== undefined && value !== null)),
    hidden: [
      ...(shown.baseUrl === plan.baseUrl ? [] : ['baseUrl']),
      ...hidden,
      ...Object.keys(plan.inputs ?? {}).flatMap((name) =>
        isDeepStrictEqual(shown.inputs?.[name], plan.inputs?.[name]) ? [] : [`inputs.${name}`],
      ),
      ...WHOLE.filter((field) => !isDeepStrictEqual(shown[field], plan[field])),
    ],
  };
}

/**
 * The changes of a rerun with the caller's own secrets where the flow was posted back as it was shown: in steps that are
 * the same, and in those of which another part was changed. What is not the caller's stays hidden, and is refused.
 */
export async function withOwnSecrets(
  source: RepeatableRun,
  changes: RerunBody,
  callerId: string,
  /** The index of the first of the steps. */
  first = 0,
): Promise<RerunBody> {
  const lists = STEP_LISTS.filter((list) => Array.isArray(changes[list]));
  const mayMatter =
    lists.length > 0 ||
    [changes.baseUrl, changes.inputs, ...WHOLE.map((field) => changes[field])].some(
      (one) => one !== undefined,
    );
  if (source.userId !== callerId || !mayMatter || !JSON.stringify(changes).includes(REDACTED)) return changes;
  const shown = await redacted(source.plan);
  const own = lists.map((list) => [
    list,
    (changes[list] as unknown[]).map((step, n) =>
      ownStep(step, source.plan[list] ?? [], shown[list] ?? [], list === 'steps' ? first + n : n),
    ),
  ]);
  return {
    ...changes,
    ...Object.fromEntries(own),
    ...(changes.baseUrl === shown.baseUrl && { baseUrl: source.plan.baseUrl }),
    ...(isFields(changes.inputs) && {
      inputs: ownInputs(changes.inputs, source.plan.inputs ?? {}, shown.inputs ?? {}),
    }),
    ...Object.fromEntries(
      WHOLE.filter((field) => isDeepStrictEqual(changes[field], shown[field])).map((field) => [
        field,
        source.plan[field],
      ]),
    ),
  };
}

/** Each input that is still as it was shown, as it is. */
const ownInputs = (posted: Fields, stored: Fields, shown: Fields): Fields =>
  Object.fromEntries(
    Object.entries(posted).map(([name, value]) => [
      name,
      Object.hasOwn(stored, name) && isDeepStrictEqual(shown[name], value) ? stored[name] : value,
    ]),
  );

/** The stored step that is shown as this one; or this one with the secret of the same field. That in its place comes first. */
function ownStep(posted: unknown, stored: readonly Step[], shown: readonly Fields[], place: number): unknown {
  const find = (is: (step: Fields) => boolean): number =>
    shown[place] && is(shown[place]) ? place : shown.findIndex(is);
  const same = find((step) => isDeepStrictEqual(step, posted));
  if (same >= 0) return stored[same];
  if (typeof posted !== 'object' || posted === null) return posted;
  const given = posted as Fields;
  if (given.action === 'goto') {
    const at = find(({ action, url }) => action === 'goto' && url === given.url);
    return at < 0 ? posted : { ...given, url: (stored[at] as Step & { action: 'goto' }).url };
  }
  // A value that is no longer to be secret is not shown by a placeholder either.
  if (given.action !== 'fill' || given.value !== REDACTED || given.secret === false) return posted;
  const at = find(
    ({ action, selector, value }) => action === 'fill' && selector === given.selector && value === REDACTED,
  );
  return at < 0 ? posted : { ...given, value: (stored[at] as Step & { action: 'fill' }).value };
}

async function redacted(
  plan: RepeatableRun['plan'],
): Promise<Fields & { [List in 'steps' | 'onCancel' | 'login']?: Fields[] } & { inputs?: Fields }> {
  const redact = createRedactor(secretsOf({ ...plan, steps: plan.steps ?? [] }));
  const shown: Record<string, unknown> = { ...plan };
  if (plan.baseUrl !== undefined) shown.baseUrl = await redact(hiddenCredentials(plan.baseUrl));
  if (plan.inputs !== undefined) shown.inputs = await redactedInputs(plan, redact);
  if (plan.inputsSchema !== undefined) shown.inputsSchema = await redactValue(plan.inputsSchema, redact);
  if (plan.assist !== undefined) shown.assist = await redactTexts(plan.assist, redact);
  for (const list of [...STEP_LISTS, 'login'] as const) {
    const steps = plan[list];
    if (steps !== undefined) shown[list] = await redactedSteps(steps, redact);
  }
  return shown;
}

/** A secret one is hidden whatever its length. */
async function redactedInputs(plan: RepeatableRun['plan'], redact: Redactor): Promise<Fields> {
  const secret = new Set(secretInputs(plan));
  const shown = Object.entries(plan.inputs ?? {}).map(async ([name, value]) => [
    name,
    secret.has(name) ? REDACTED : await redactValue(value, redact),
  ]);
  return Object.fromEntries(await Promise.all(shown)) as Fields;
}

async function redactedSteps(steps: readonly Step[], redact: Redactor): Promise<Fields[]> {
  const shown: Fields[] = [];
  for (const step of steps) {
    const safe = redactStep(step);
    const bare = safe.action === 'goto' ? { ...safe, url: hiddenCredentials(safe.url) } : safe;
    shown.push(await redactTexts<Fields>(bare, redact));
  }
  return shown;
}

/** The URL with the placeholder where it had a user and a password. */
function hiddenCredentials(text: string): string {
  if (passwordsOf(text).length === 0) return text;
  return withoutCredentials(text).replace('://', `://${REDACTED}@`);
}

const changedFields = (stored: object, shown: Fields): string[] =>
  Object.entries(stored)
    .filter(([field, value]) => !isDeepStrictEqual(shown[field], value))
    .map(([field]) => field);
