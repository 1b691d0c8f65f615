/*
 * The answer of a person to the question of a run: checked against the question, sealed, recorded; then a message goes to the
 * run's owner. Owns no state. If that message is lost, the owner learns of the answer with its next heartbeat.
 */
import type { Bus } from '#shared/adapters/bus/bus.ts';
import { type AnswerOutcome, readQuestion, recordAnswer } from '#shared/adapters/database/orders/answers.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import type { AskField } from '#shared/domain/flow/ask-step.ts';
import { answerPlace } from '#shared/platform/seal/answer-place.ts';
import type { PublicKeys } from '#shared/platform/seal/keys.ts';
import { seal } from '#shared/platform/seal/seal.ts';
import type { GatewayContext } from '../http/call.ts';
import { RequestError } from '../http/errors.ts';
import { invalid } from '../http/input.ts';
import { answerIssues, type GivenAnswer } from './answer-issues.ts';
import { notifyOwner } from './notify-owner.ts';

export interface AnswerDeps {
  sql: Sql;
  bus: Pick<Bus, 'request' | 'publish'>;
  /** Undefined: the server has no vault, so no password can be answered. */
  keys: Promise<PublicKeys> | undefined;
}

interface Taking {
  runId: string;
  /** Undefined: the question that the run waits with. */
  step: number | undefined;
  values: GivenAnswer;
  /** Undefined: a person with a link, which is good for this attempt alone. */
  by: { userId: string } | { attempt: number };
  ctx: GatewayContext;
}

/** The step that is answered. @throws RequestError if the answer does not count */
export async function takeAnswer(
  { sql, bus, keys }: AnswerDeps,
  { runId, step: named, values: typed, by, ctx }: Taking,
): Promise<number> {
  const question = await readQuestion(sql, runId, named);
  if (!question) throw new RequestError('not_found');
  const { step, pauses, attempt, projectId, fields, first } = question;
  if ('attempt' in by && by.attempt !== attempt) throw new RequestError('not_asked');
  if (step !== null && first) throw answeredBefore(step, first);
  if (step === null || fields === null) throw new RequestError('not_asked');
  const values = given(typed);
  const issues = answerIssues(fields, values);
  if (issues.length > 0)
    throw invalid(
      issues.map(({ path, message }) => ({ path: ['values', ...path], message })),
      ctx.state.language,
    );
  const place = answerPlace({ projectId, runId, attempt, step });
  const kept = await keptAs(values, fields, await keys, (known) => seal(known, place, values));
  const userId = 'userId' in by ? by.userId : undefined;
  const answer = { runId, attempt, step, pauses, userId, names: Object.keys(values), ...kept };
  const outcome = await recordAnswer(sql, answer);
  if (!outcome?.taken)
    throw outcome?.first ? answeredBefore(step, outcome.first) : new RequestError('not_asked');
  ctx.state.log.info({ step, byLink: userId === undefined }, 'answered');
  notifyOwner(bus, ctx, { runId, ...outcome });
  return step;
}

/** An empty text is none. */
const given = (values: GivenAnswer): GivenAnswer =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));

async function keptAs(
  values: GivenAnswer,
  fields: readonly AskField[],
  keys: PublicKeys | undefined,
  sealed: (keys: PublicKeys) => Promise<string>,
) {
  if (keys) return { sealed: await sealed(keys) };
  if (fields.some(({ type, name }) => type === 'password' && Object.hasOwn(values, name)))
    throw new RequestError('no_vault');
  return { values };
}

export function answeredBefore(step: number, first: NonNullable<AnswerOutcome['first']>): RequestError {
  const { userId: id, email, at } = first;
  const author = id === null ? { byLink: true as const } : { user: { id, ...(email !== null && { email }) } };
  return new RequestError('already_answered', {
    answered: { step, at: new Date(at).toISOString(), ...author },
  });
}
