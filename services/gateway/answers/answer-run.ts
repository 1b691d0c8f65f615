/*
 * The answer of a person to the question of a run: checked against the question, sealed, recorded; then a message goes to the
 * run's owner. Owns no state. If that message is lost, the owner learns of the answer with its next heartbeat.
 */
import type { Bus } from '#shared/adapters/bus/bus.ts';
import { type AnswerOutcome, readQuestion, recordAnswer } from '#shared/adapters/database/runs/answers.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import type { AskField } from '#shared/domain/flow/ask-step.ts';
import { answerPlace } from '#shared/platform/seal/answer-place.ts';
import type { PublicKeys } from '#shared/platform/seal/keys.ts';
import { seal } from '#shared/platform/seal/seal.ts';
import type { Handler } from '../http/call.ts';
import { RequestError } from '../http/errors.ts';
import { invalid } from '../http/input.ts';
import { answerIssues, type GivenAnswer } from './answer-issues.ts';
import { notifyOwner } from './notify-owner.ts';

interface AnswerDeps {
  sql: Sql;
  bus: Pick<Bus, 'request'>;
  /** Undefined: the server has no vault, so no password can be answered. */
  keys: Promise<PublicKeys> | undefined;
}

export const createAnswerRun =
  ({ sql, bus, keys }: AnswerDeps): Handler<'answerRun'> =>
  async ({ run: { id }, body, actor, ctx, log }) => {
    const question = await readQuestion(sql, id, body.step);
    if (!question) throw new RequestError('not_found');
    const { step, pauses, attempt, projectId, fields, first } = question;
    if (step !== null && first) throw answeredBefore(step, first);
    if (step === null || fields === null) throw new RequestError('not_asked');
    const values = given(body.values);
    const issues = answerIssues(fields, values);
    if (issues.length > 0)
      throw invalid(
        issues.map(({ path, message }) => ({ path: ['values', ...path], message })),
        ctx.state.language,
      );
    const place = answerPlace({ projectId, runId: id, attempt, step });
    const kept = await keptAs(values, fields, await keys, (known) => seal(known, place, values));
    const answer = {
      runId: id,
      attempt,
      step,
      pauses,
      userId: actor.userId,
      names: Object.keys(values),
      ...kept,
    };
    const outcome = await recordAnswer(sql, answer);
    if (!outcome?.taken)
      throw outcome?.first ? answeredBefore(step, outcome.first) : new RequestError('not_asked');
    log.info({ step }, 'answered');
    notifyOwner(bus, ctx, id, outcome.epoch);
    return { status: 200, body: { ok: true, id, step } };
  };

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

function answeredBefore(step: number, first: NonNullable<AnswerOutcome['first']>): RequestError {
  const { userId: id, email, at } = first;
  const user = { id, ...(email !== null && { email }) };
  return new RequestError('already_answered', { answered: { step, at: new Date(at).toISOString(), user } });
}
