/*
 * What people have answered to the questions of one run, for its owner. Owns the values, which the run's templates name; keeps
 * I10: a password is known to the run's redactor before any step can type it.
 */
import { readAnswers, type StoredAnswer } from '#shared/adapters/database/runs/answers.ts';
import type { OwnedBy } from '#shared/adapters/database/secrets/opening.ts';
import type { Statements } from '#shared/adapters/database/sql.ts';
import type { Answered } from '#shared/domain/events/between.ts';
import { innerTexts } from '#shared/domain/flow/secrets.ts';
import type { Step } from '#shared/domain/flow/step.ts';
import { answerPlace } from '#shared/platform/seal/answer-place.ts';
import type { PrivateKeys } from '#shared/platform/seal/keys.ts';
import { open } from '#shared/platform/seal/seal.ts';
import { SecretFailure } from '../browser/errors.ts';
import { raceSignal } from '../browser/race.ts';
import { untilDatabaseAnswers } from '../browser/vault/database-retry.ts';
import type { RunSecrets } from '../browser/vault/run-secrets.ts';

export interface RunAnswers {
  /** There is another one, unless so many were known. */
  arrived(count?: number): void;
  /**
   * Whether the question of that step is answered; resolves at `isOver` if it is not until then. Rejects with the reason of the
   * signal.
   */
  answerTo(step: number, isOver: Promise<void>, signal: AbortSignal): Promise<boolean>;
  /** What was answered under this name; undefined if nothing. */
  valueOf(name: string): unknown;
  /** All values, for a run that goes on from here. */
  readonly given: Record<string, unknown>;
  /** The answers of the run that this one is forked off. */
  carry(given: Readonly<Record<string, unknown>>): void;
  /** Who has answered a step. */
  of(step: number): Answered | undefined;
}

export interface RunAnswersOptions extends OwnedBy {
  attempt: number;
  projectId: string;
  steps: readonly Step[];
  sql: Statements;
  /** What opens them; undefined: this runner has none. */
  keys: PrivateKeys | undefined;
  secrets: Pick<RunSecrets, 'learn'>;
}

export function createRunAnswers(options: RunAnswersOptions): RunAnswers {
  const { sql, runId, owner, epoch } = options;
  const owned = { runId, owner, epoch };
  const values = new Map<string, unknown>();
  const answered = new Map<number, Answered>();
  let news = Promise.withResolvers<void>();
  let known = 0;

  const carry = (given: Readonly<Record<string, unknown>>): void => {
    for (const [name, value] of Object.entries(given)) values.set(name, value);
  };
  async function take(answer: StoredAnswer): Promise<void> {
    carry(await learnedFrom(answer, options));
    answered.set(answer.step, { userId: answer.userId, names: answer.names });
  }

  return {
    arrived(count = Number.POSITIVE_INFINITY) {
      if (count <= known) return;
      news.resolve();
      news = Promise.withResolvers();
    },
    async answerTo(step, isOver, signal) {
      let isLast = false;
      const over = isOver.then(() => {
        isLast = true;
      });
      for (;;) {
        const wasLast = isLast;
        // What comes while it is asked is not missed.
        const next = news.promise;
        const all = (await untilDatabaseAnswers(signal, () => readAnswers(sql, owned, wasLast))) ?? [];
        known = all.length;
        const own = all.find((one) => one.step === step && one.attempt === options.attempt);
        if (own) {
          await take(own);
          return true;
        }
        if (wasLast) return false;
        await raceSignal(Promise.race([next, over]), signal);
      }
    },
    valueOf: (name) => values.get(name),
    get given() {
      return Object.fromEntries(values);
    },
    carry,
    of: (step) => answered.get(step),
  };
}

/** The values of an answer, once its passwords are known to be hidden. */
async function learnedFrom(
  answer: StoredAnswer,
  options: RunAnswersOptions,
): Promise<Record<string, unknown>> {
  const step = options.steps[answer.step];
  const passwords = step?.action === 'ask' ? step.fields.filter(({ type }) => type === 'password') : [];
  const given = await valuesOf(answer, options);
  for (const { name } of passwords) options.secrets.learn(innerTexts(given[name]), { isMarked: true });
  return given;
}

const NO_KEY = 'the answer is sealed, and this runner has no key: its operator has to set GHOSTLY_SEAL_KEY';

async function valuesOf(
  answer: StoredAnswer,
  { runId, projectId, keys }: RunAnswersOptions,
): Promise<Record<string, unknown>> {
  const { sealed, values = {} } = answer;
  if (sealed === undefined) return values;
  if (!keys) throw new SecretFailure('secret_unopened', NO_KEY);
  return (await open(keys, answerPlace({ ...answer, runId, projectId }), sealed)) as Record<string, unknown>;
}
