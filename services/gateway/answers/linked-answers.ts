/*
 * Answers of people who have a link. Owns no state. I11: a link shows and answers its question and
 * nothing else; what is no token is not found, before anything is looked up. I13: holders of a link take turns of their own.
 */
import { readQuestion } from '#shared/adapters/database/orders/answers.ts';
import {
  type LinkedQuestionRow,
  readLinkedQuestion,
} from '#shared/adapters/database/orders/linked-question.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { runFields } from '#shared/platform/log/run-fields.ts';
import type { CallerTurns, Kind } from '../access/caller-turns.ts';
import type { GatewayContext, Handlers } from '../http/call.ts';
import { RequestError } from '../http/errors.ts';
import type { AnswerLinks } from './answer-links.ts';
import { type AnswerDeps, answeredBefore, takeAnswer } from './take-answer.ts';

interface LinkDeps extends AnswerDeps, AnswerLinks {
  reads: Sql;
  turns: Pick<CallerTurns, 'take'>;
  now?: (() => Date) | undefined;
}

type LinkHandlers = Pick<Handlers, 'makeAnswerLink' | 'readLinkedQuestion' | 'answerByLink'>;

export function createLinkHandlers(deps: LinkDeps): LinkHandlers {
  const { sql, reads, turns, linksFor, tokens, now = () => new Date() } = deps;

  /** The question of a link that is good, in a turn of its own. */
  async function open(token: string, kind: Kind, ctx: GatewayContext) {
    const linked = (await tokens()).read(token);
    if (!linked) throw new RequestError('not_found');
    ctx.state.log = ctx.state.log.child(runFields(linked));
    ctx.state.turn = await turns.take(kind, `link ${linked.runId}`);
    const { until, ...place } = linked;
    const found = await readLinkedQuestion(kind === 'reads' ? reads : sql, place);
    return { place, ...usable(found, place.step, { now: now(), until }) };
  }

  return {
    async makeAnswerLink({ run: { id: runId }, ctx }) {
      const { step, attempt, first } = (await readQuestion(sql, runId)) ?? {};
      if (step === undefined || step === null || attempt === undefined) throw new RequestError('not_asked');
      if (first) throw answeredBefore(step, first);
      const place = { runId, attempt, step };
      const { asked } = usable(await readLinkedQuestion(sql, place), step, { now: now() });
      const url = (await linksFor(ctx))({ ...place, until: Date.parse(asked.until) });
      return { status: 201, body: { ok: true, step, url, expiresAt: asked.until } };
    },
    async readLinkedQuestion({ params: { token }, ctx }) {
      const { asked, project, flow } = await open(token, 'reads', ctx);
      const { text, fields, until } = asked;
      return { status: 200, body: { project, ...(flow !== null && { flow }), text, fields, until } };
    },
    async answerByLink({ params: { token }, body: { values }, ctx }) {
      const { runId, step, attempt } = (await open(token, 'changes', ctx)).place;
      await takeAnswer(deps, { runId, step, values, by: { attempt }, ctx }).catch((error: unknown) => {
        throw withoutUser(error);
      });
      return { status: 200, body: { ok: true } };
    },
  };
}

/** @throws RequestError that says why no link can be used for it, and not who has answered */
function usable(
  found: LinkedQuestionRow | undefined,
  step: number,
  { now, until }: { now: Date; until?: number },
) {
  if (!found) throw new RequestError('not_asked');
  const { isAllowed, first, asked, project, flow } = found;
  if (!isAllowed || project === null) throw new RequestError('answer_links_off');
  if (first) throw withoutUser(answeredBefore(step, first));
  if ((until ?? Date.parse(asked?.until ?? '')) <= now.getTime()) throw new RequestError('link_over');
  if (!asked) throw new RequestError('not_asked');
  return { asked, project, flow };
}

/** Who was faster is for members of the project. */
function withoutUser(error: unknown): unknown {
  if (!(error instanceof RequestError) || !error.answered) return error;
  const { step, at, byLink } = error.answered;
  return new RequestError('already_answered', { answered: { step, at, ...(byLink && { byLink }) } });
}
