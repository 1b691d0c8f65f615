/*
 * The secrets of one run, as far as its owner knows them: what its flow says, and what it learns as steps type values that
 * were not known before. Owns the run's redactors (I10). What was shown before a secret was known stays as it is.
 */
import type { Flow } from '#shared/domain/flow/flow.ts';
import { createLearningRedactor, createRedactor, type Redactor } from '#shared/domain/flow/redact.ts';
import { hasMarkedValues, markedValuesOf, secretsOf } from '#shared/domain/flow/secrets.ts';

export interface RunSecrets {
  redact: Redactor;
  /** Length of the longest secret that it knows. UTF-16 units. */
  readonly longest: number;
  /** Knows what the flow itself says, and no more: for what its author wrote, where a learned value would show by its place. */
  redactWritten: Redactor;
  /** The values that not even a picture may show. */
  readonly marked: ReadonlySet<string>;
  /** Whether the flow has any such value, known or not: then nothing shows what is in a field. */
  readonly hidesFields: boolean;
  /** Whether a value of the vault may stand in a page of the run. */
  readonly hasTyped: boolean;
  /** Nothing that is shown from now on has these values. */
  learn(values: readonly string[], options: { isMarked: boolean }): void;
  /** Called before a value of the vault is typed. */
  onTyping(): void;
}

export function createRunSecrets(flow: Flow): RunSecrets {
  const written = secretsOf(flow);
  const { redact, learn } = createLearningRedactor(written);
  const marked = new Set(markedValuesOf(flow));
  let hasTyped = false;
  let longest = longestOf(written);
  return {
    redact,
    redactWritten: createRedactor(written),
    marked,
    hidesFields: hasMarkedValues(flow),
    get longest() {
      return longest;
    },
    get hasTyped() {
      return hasTyped;
    },
    learn(values, { isMarked }) {
      if (isMarked) for (const value of values) marked.add(value);
      longest = Math.max(longest, longestOf(values));
      learn(values);
    },
    onTyping() {
      hasTyped = true;
    },
  };
}

const longestOf = (values: readonly string[]): number =>
  values.reduce((longest, { length }) => Math.max(longest, length), 0);
