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
import { MissingValue, type ValueLookUp, valueAt } from '#shared/domain/flow/template.ts';
import { StepFailure } from '../errors.ts';

/** A result as it may be shown. */
export interface Result {
  name: string;
  /** Its type in JSON. */
  type: string;
  /** Size as JSON in UTF-8. */
  bytes: number;
  value: unknown;
}

export interface StepValues {
  /** The step as it is done now, with what was `opened` for it. @throws StepFailure if it names a value that there is not yet */
  fill(step: Step, opened?: ValueLookUp): Step;
  /** @throws StepFailure if it is too large, or all of them together are */
  keep(name: string, value: unknown): Promise<Result>;
  /** All results so far as they may be shown, in the order in which they were found; undefined if there are none. */
  readonly results: Record<string, unknown> | undefined;
}

export function createStepValues(
  runId: string,
  { inputs = {} }: Pick<Flow, 'inputs'>,
  redact: Redactor,
): StepValues {
  const results = new Map<string, { value: unknown; shown: unknown; bytes: number }>();
  const lookUp: ValueLookUp = ({ root, path }) => {
    const [name = '', ...inner] = path;
    if (root === 'run') return runId;
    // An input that is described, and was not given, is empty.
    if (root === 'inputs') return valueAt(inputs, path) ?? null;
    return root === 'results' ? valueAt(results.get(name)?.value, inner) : undefined;
  };
  return {
    fill(step, opened = () => undefined) {
      try {
        return fillIn(step, (reference) => opened(reference) ?? lookUp(reference));
      } catch (error) {
        throw error instanceof MissingValue ? new StepFailure(error.message) : error;
      }
    },
    async keep(name, value) {
      const shown = await redactValue(value, redact);
      const bytes = Buffer.byteLength(JSON.stringify(shown));
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
  };
}

const tooLarge = (what: string, most: number) => new StepFailure(`${what}, more than ${most}`);

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
