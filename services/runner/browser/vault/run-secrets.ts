/*
 * The secrets of one run, as far as its owner knows them: what its flow says, and what it learns as steps type values that
 * were not known before. Owns the run's redactors (I10). What was shown before a secret was known stays as it is.
 */
import type { Flow } from '#shared/domain/flow/flow.ts';
import { createLearningRedactor, type Redactor } from '#shared/domain/flow/redact.ts';
import {
  asksPassword,
  hasMarkedValues,
  isSecretFill,
  markedValuesOf,
  secretsOf,
} from '#shared/domain/flow/secrets.ts';
import { vaultReferencesOf } from '#shared/domain/flow/vault.ts';

/** A value that a run has learned to hide. */
interface LearnedSecret {
  value: string;
  isMarked: boolean;
}

/** What a run that goes on from here has to hide. */
export interface SecretMemory {
  secrets: LearnedSecret[];
  /** A value of the vault may stand in its pages. */
  hasTyped: boolean;
}

export interface RunSecrets {
  redact: Redactor;
  /** Length of the longest secret that it knows. UTF-16 units. */
  readonly longest: number;
  /** Knows what the flow itself says, and no more: for what its author wrote, where a learned value would show by its place. */
  redactWritten: Redactor;
  /** Finds the same in more forms, as base64: for what holds whole pages and bodies. */
  redactEverywhere: Redactor;
  /** The values that not even a picture may show. */
  readonly marked: ReadonlySet<string>;
  /** Whether the flow has any such value, known or not: then nothing shows what is in a field. */
  readonly hidesFields: boolean;
  /** Whether the run has any secret at all, known or not. */
  readonly hasAny: boolean;
  /** Whether a value of the vault may stand in a page of the run. */
  readonly hasTyped: boolean;
  /** Nothing that is shown from now on has these values. */
  learn(values: readonly string[], options: { isMarked: boolean }): void;
  /** The same, of values that stand in the flow since it was edited. */
  learnWritten(values: readonly string[]): void;
  /** What it has learned, for a run that goes on from here. */
  readonly learned: LearnedSecret[];
  /** Called before a value of the vault is typed. */
  onTyping(): void;
  recall(memory: SecretMemory): void;
}

export function createRunSecrets(flow: Flow): RunSecrets {
  const written = secretsOf(flow);
  const { redact, learn } = createLearningRedactor(written);
  const ofWritten = createLearningRedactor(written);
  const marked = new Set(markedValuesOf(flow));
  const everywhere = createLearningRedactor([]);
  everywhere.learn(written);
  const hasAny = written.length > 0 || mayHaveSecrets(flow);
  const learned = new Map<string, boolean>();
  let [hasTyped, longest] = [false, longestOf(written)];
  function learnAll(values: readonly string[], { isMarked }: { isMarked: boolean }): void {
    for (const value of values) learned.set(value, isMarked || learned.get(value) === true);
    if (isMarked) for (const value of values) marked.add(value);
    longest = Math.max(longest, longestOf(values));
    learn(values);
    everywhere.learn(values);
  }

  return {
    redact,
    redactWritten: ofWritten.redact,
    redactEverywhere: async (text, ...how) => (longest > 0 ? everywhere.redact(text, ...how) : text),
    get hasAny() {
      return hasAny || longest > 0;
    },
    marked,
    get hidesFields() {
      return marked.size > 0 || hasMarkedValues(flow);
    },
    get longest() {
      return longest;
    },
    get hasTyped() {
      return hasTyped;
    },
    get learned() {
      return [...learned].map(([value, isMarked]) => ({ value, isMarked }));
    },
    learn: learnAll,
    learnWritten(values) {
      ofWritten.learn(values);
      learnAll(values, { isMarked: false });
    },
    onTyping() {
      hasTyped = true;
    },
    recall(memory) {
      for (const { value, isMarked } of memory.secrets) learnAll([value], { isMarked });
      hasTyped ||= memory.hasTyped;
    },
  };
}

const mayHaveSecrets = (flow: Flow): boolean =>
  [...flow.steps, ...(flow.onCancel ?? [])].some(isSecretFill) ||
  asksPassword(flow) ||
  vaultReferencesOf(flow).length > 0;

const longestOf = (values: readonly string[]): number =>
  values.reduce((longest, { length }) => Math.max(longest, length), 0);
