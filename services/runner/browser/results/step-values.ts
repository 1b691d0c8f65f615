/*
 * The values of one run: its inputs, and the results that its steps have had. Owns them as they are, for templates; what
 * leaves it is redacted (I10) and of bounded size.
 */
import { fillIn } from '#shared/domain/flow/fill-in.ts';
import type { Flow } from '#shared/domain/flow/flow.ts';
import { FLOW_LIMITS } from '#shared/domain/flow/limits.ts';
import type { Redactor } from '#shared/domain/flow/redact.ts';
import { redactValue } from '#shared/domain/flow/redact-value.ts';
import type { Step } from '#shared/domain/flow/step.ts';
import {
  fillText,
  MissingValue,
  type TemplateReference,
  type ValueLookUp,
  valueAt,
} from '#shared/domain/flow/template.ts';
import { StepFailure } from '../errors.ts';
import { selectorOf } from '../failure.ts';

/** A result as it may be shown. */
export interface Result {
  name: string;
  /** Its type in JSON. */
  type: string;
  /** Size as JSON in UTF-8. */
  bytes: number;
  value: unknown;
}

/** A result as it is, which may hold a secret, and as it may be shown. */
export interface FoundResult {
  name: string;
  value: unknown;
  shown: unknown;
}

export interface StepValues {
  /** The step as it is done now, with what was `opened` for it. @throws StepFailure if it names a value that there is not yet */
  fill(step: Step, opened?: ValueLookUp): Step;
  /** What a step looks for; undefined if it has no selector, or one that names a value that there is not yet. */
  selectorNow(step: Step): string | undefined;
  /** What a `set` keeps as it may be shown: what a template brings in is redacted, and the flow's own secrets everywhere. */
  fillShown(step: SetStep): Promise<unknown>;
  /** What a step asks a person, as it may be shown, likewise; cut. @throws StepFailure if it names a value that there is not */
  textShown(step: AskStep, most: number): Promise<string>;
  /** `shown`: if it is known. @throws StepFailure if it is too large, or all of them together are */
  keep(name: string, value: unknown, shown?: unknown): Promise<Result>;
  /** All results so far as they may be shown, in the order in which they were found; undefined if there are none. */
  readonly results: Record<string, unknown> | undefined;
  /** The same for a run that goes on from here. */
  readonly found: FoundResult[];
}

type SetStep = Extract<Step, { action: 'set' }>;
export type AskStep = Extract<Step, { action: 'ask' }>;

interface Known {
  /** What the run begins with. */
  carried?: readonly FoundResult[] | undefined;
  redact: Redactor;
  /** Knows only what the flow itself says. */
  redactWritten: Redactor;
  answers: AnswerValues;
}

/** What people have answered: undefined where nobody has. */
export interface AnswerValues {
  valueOf(name: string): unknown;
}

/** A value that there is not yet is the step's own failure. */
function fail(error: unknown): never {
  throw error instanceof MissingValue ? new StepFailure(error.message) : error;
}

const keyOf = ({ root, path }: TemplateReference): string => [root, ...path].join('.');

export function createStepValues(
  runId: string,
  { inputs = {} }: Pick<Flow, 'inputs'>,
  { redact, redactWritten, answers, carried = [] }: Known,
): StepValues {
  const results = new Map<string, { value: unknown; shown: unknown; bytes: number }>(
    carried.map(({ name, value, shown }) => [name, { value, shown, bytes: bytesOf(shown) }]),
  );
  const lookUp: ValueLookUp = ({ root, path }) => {
    const [name = '', ...inner] = path;
    if (root === 'results') return valueAt(results.get(name)?.value, inner);
    return root === 'run' ? runId : givenAt({ root, path }, inputs, answers);
  };
  /** The step with each value that it names as that may be shown. */
  async function withShown<One extends Step>(step: One): Promise<One> {
    const named = new Map<string, unknown>();
    fillIn(step, (reference) => {
      const value = lookUp(reference);
      named.set(keyOf(reference), value);
      return value;
    });
    for (const [key, value] of named) named.set(key, await redactValue(value, redact));
    return fillIn(step, (reference) => named.get(keyOf(reference))) as One;
  }
  return {
    fill(step, opened = () => undefined) {
      try {
        return fillIn(step, (reference) => opened(reference) ?? lookUp(reference));
      } catch (error) {
        return fail(error);
      }
    },
    selectorNow: (step) => filledSelector(selectorOf(step), lookUp),
    fillShown: async (step) => redactValue((await withShown(step)).value, redactWritten),
    textShown: async (step, most) => redactWritten((await withShown(step).catch(fail)).text, most),
    async keep(name, value, known) {
      const shown = known === undefined ? await redactValue(value, redact) : known;
      const bytes = bytesOf(shown);
      if (bytes > FLOW_LIMITS.result) throw tooLarge(`the result has ${bytes} bytes`, FLOW_LIMITS.result);
      const others = [...results].reduce((sum, [other, one]) => (other === name ? sum : sum + one.bytes), 0);
      if (others + bytes > FLOW_LIMITS.results)
        throw tooLarge(`all results have ${others + bytes} bytes`, FLOW_LIMITS.results);
      results.delete(name); // the last one is where it was found last
      results.set(name, { value, shown, bytes });
      return { name, type: typeOf(shown), bytes, value: shown };
    },
    get results() {
      if (results.size === 0) return undefined;
      return Object.fromEntries([...results].map(([name, { shown }]) => [name, shown]));
    },
    get found() {
      return [...results].map(([name, { value, shown }]) => ({ name, value, shown }));
    },
  };
}

function filledSelector(selector: string | undefined, lookUp: ValueLookUp): string | undefined {
  if (selector === undefined) return undefined;
  try {
    return fillText(selector, 'text', lookUp);
  } catch (error) {
    if (error instanceof MissingValue) return undefined;
    throw error;
  }
}

function givenAt(
  { root, path }: TemplateReference,
  inputs: NonNullable<Flow['inputs']>,
  answers: AnswerValues,
): unknown {
  // An input that is described, and was not given, is empty.
  if (root === 'inputs') return valueAt(inputs, path) ?? null;
  // Nor need all be answered.
  return root === 'answers' ? (answers.valueOf(path[0] ?? '') ?? null) : undefined;
}

const bytesOf = (shown: unknown): number => Buffer.byteLength(JSON.stringify(shown));

const tooLarge = (what: string, most: number) => new StepFailure(`${what}, more than ${most}`);

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
