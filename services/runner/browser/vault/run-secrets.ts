/*
 * The secrets of one run, as far as its owner knows them: what its flow says, and what it learns as steps type values that
 * were not known before. Owns the run's redactor (I10). What was shown before a secret was known stays as it is.
 */
import type { Flow } from '#shared/domain/flow/flow.ts';
import { createLearningRedactor, type Redactor } from '#shared/domain/flow/redact.ts';
import { hasMarkedValues, markedValuesOf, secretsOf } from '#shared/domain/flow/secrets.ts';

export interface RunSecrets {
  redact: Redactor;
  /** The values that not even a picture may show. */
  readonly marked: ReadonlySet<string>;
  /** Whether the flow has any such value, known or not: then no picture shows what is in a field. */
  readonly hidesFields: boolean;
  /** Resolves when nothing that is shown from now on has these values. */
  learn(values: readonly string[], options: { isMarked: boolean }): Promise<void>;
}

/** `onLearned`: what is kept to be shown later has to be redacted anew. */
export function createRunSecrets(flow: Flow, onLearned: () => Promise<void>): RunSecrets {
  const { redact, learn } = createLearningRedactor(secretsOf(flow));
  const marked = new Set(markedValuesOf(flow));
  return {
    redact,
    marked,
    hidesFields: hasMarkedValues(flow),
    async learn(values, { isMarked }) {
      if (isMarked) for (const value of values) marked.add(value);
      if (learn(values)) await onLearned();
    },
  };
}
