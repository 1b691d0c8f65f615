import type { Handler } from '../http/call.ts';
import { type AnswerDeps, takeAnswer } from './take-answer.ts';

export const createAnswerRun =
  (deps: AnswerDeps): Handler<'answerRun'> =>
  async ({ run: { id }, body, actor: { userId }, ctx }) => {
    const step = await takeAnswer(deps, { runId: id, ...body, step: body.step, by: { userId }, ctx });
    return { status: 200, body: { ok: true, id, step } };
  };
