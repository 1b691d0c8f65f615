/*
 * What people have answered to the questions of one run, for its owner. Owns the values, which the run's templates name; keeps
 * I10: a password is known to the run's redactor before any step can type it.
 */
import type { StoredAnswer, StoredOrder } from '#shared/adapters/database/orders/orders.ts';
import type { Answered } from '#shared/domain/events/describer.ts';
import { innerTexts } from '#shared/domain/flow/secrets.ts';
import type { Step } from '#shared/domain/flow/step.ts';
import { answerPlace } from '#shared/platform/seal/answer-place.ts';
import type { PrivateKeys } from '#shared/platform/seal/keys.ts';
import { open } from '#shared/platform/seal/seal.ts';
import { SecretFailure } from '../../browser/errors.ts';
import type { RunSecrets } from '../../browser/vault/run-secrets.ts';
import type { RunOrders } from './orders.ts';

/** A question: the step that asks, and how many pauses the run had before, since it may be asked again after one. */
type QuestionPlace = Pick<StoredAnswer, 'step' | 'pauses'>;

export interface RunAnswers {
  /**
   * Whether the question is answered; resolves at `isOver` if it is not until then. Rejects with the reason of the signal.
   */
  answerTo(question: QuestionPlace, isOver: Promise<void>, signal: AbortSignal): Promise<boolean>;
  /** What was answered under this name; undefined if nothing. */
  valueOf(name: string): unknown;
  /** All values, for a run that goes on from here. */
  readonly given: Record<string, unknown>;
  /** The answers of the run that this one is forked off. */
  carry(given: Readonly<Record<string, unknown>>): void;
  /** The step asks again: what was answered before is none of this. */
  forget(step: number): void;
  /** Who has answered a step. */
  of(step: number): Answered | undefined;
}

export interface RunAnswersOptions {
  runId: string;
  attempt: number;
  projectId: string;
  steps: readonly Step[];
  orders: Pick<RunOrders, 'find'>;
  /** What opens them; undefined: this runner has none. */
  keys: PrivateKeys | undefined;
  secrets: Pick<RunSecrets, 'learn'>;
}

export function createRunAnswers(options: RunAnswersOptions): RunAnswers {
  const values = new Map<string, unknown>();
  const answered = new Map<number, Answered>();

  const carry = (given: Readonly<Record<string, unknown>>): void => {
    for (const [name, value] of Object.entries(given)) values.set(name, value);
  };
  function forget(step: number): void {
    for (const name of answered.get(step)?.names ?? []) values.delete(name);
    answered.delete(step);
  }

  async function take(answer: StoredAnswer): Promise<void> {
    carry(await learnedFrom(answer, options));
    answered.set(answer.step, { userId: answer.userId, names: answer.names });
  }

  return {
    async answerTo({ step, pauses }, isOver, signal) {
      const isIt = (order: StoredOrder): order is StoredAnswer =>
        order.kind === 'answer' &&
        order.step === step &&
        order.pauses === pauses &&
        order.attempt === options.attempt;
      const own = await options.orders.find(isIt, isOver, signal);
      if (own) await take(own);
      return own !== undefined;
    },
    valueOf: (name) => values.get(name),
    get given() {
      return Object.fromEntries(values);
    },
    carry,
    forget,
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
