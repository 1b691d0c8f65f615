/*
 * Pauses of a run, and how it goes on after them: recorded, then a message goes to the run's owner. Owns no state. If that
 * message is lost, the owner learns of it with its next heartbeat.
 */
import type { Bus } from '#shared/adapters/bus/bus.ts';
import {
  type OpenPause,
  type ResumeOutcome,
  readPause,
  recordPause,
  recordResume,
} from '#shared/adapters/database/orders/pauses.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { notifyOwner } from '../answers/notify-owner.ts';
import { redactReason } from '../cancel/reason.ts';
import type { Handler } from '../http/call.ts';
import { RequestError } from '../http/errors.ts';
import { invalid } from '../http/input.ts';
import { editedPlan } from './edited-plan.ts';

interface PauseDeps {
  sql: Sql;
  bus: Pick<Bus, 'request' | 'publish'>;
}

export const createPauseRun =
  ({ sql, bus }: PauseDeps): Handler<'pauseRun'> =>
  async ({ run: { id }, body: { mode, reason: given, forMs }, actor, ctx, log }) => {
    const reason = given && (await redactReason(sql, given, { runIds: [id], writerId: actor.userId }));
    const pause = { mode, forMs, userId: actor.userId, ...(reason && { reason }) };
    const outcome = await recordPause(sql, id, pause);
    if (!outcome) throw new RequestError('not_found');
    if (!outcome.taken && !outcome.isPaused)
      throw new RequestError(outcome.isFull ? 'too_many_orders' : 'not_pausable');
    if (outcome.taken) {
      log.info({ mode }, 'a pause is asked for');
      notifyOwner(bus, ctx, { runId: id, ...outcome });
    }
    return { status: 202, body: { ok: true, id, paused: outcome.isPaused } };
  };

type GoOn = Pick<Parameters<Handler<'resumeRun'>>[0], 'run' | 'actor' | 'ctx' | 'log'>;
type Place = Parameters<Handler<'resumeRun'>>[0]['body'];

/** The ways in which a person lets it go on. */
export function createResuming({ sql, bus }: PauseDeps) {
  async function goOn({ run: { id }, actor, ctx, log }: GoOn, place: Place | 'skip') {
    const open = await readPause(sql, id);
    if (!open) throw new RequestError('not_found');
    if (open.first) throw resumedBefore(open.first);
    const { context } = open;
    if (!context) throw new RequestError('not_paused');
    const wanted = fromOf(context, place === 'skip' ? 'skip' : place.from);
    if (wanted > context.stepTimeouts.length)
      throw invalid([{ path: ['from'], message: 'no_such_step' }], ctx.state.language);
    const steps = place === 'skip' ? undefined : place.steps;
    const { language } = ctx.state;
    const edit = steps && (await editedPlan(sql, { runId: id, from: wanted, steps, actor, language }));
    const { pauses: pause = 0 } = context;
    const { from = wanted } = edit ?? {};
    const resume = {
      pause,
      from,
      userId: actor.userId,
      ...(edit && { plan: edit.plan, edited: true as const }),
    };
    const outcome = await recordResume(sql, id, resume);
    if (!outcome?.taken) throw refusal(outcome);
    log.info({ step: from, edited: edit !== undefined }, 'a paused run goes on');
    notifyOwner(bus, ctx, { runId: id, ...outcome });
    return { status: 202, body: { ok: true, id, from } } as const;
  }

  return {
    resumeRun: (call: Parameters<Handler<'resumeRun'>>[0]) => goOn(call, call.body),
    skipStep: (call: Parameters<Handler<'skipStep'>>[0]) => goOn(call, 'skip'),
    retryStep: (call: Parameters<Handler<'retryStep'>>[0]) => goOn(call, { from: 'same' }),
  };
}

/** Where it goes on; it stands at the step that failed or was interrupted, or at the next one. */
function fromOf({ done, pause }: NonNullable<OpenPause['context']>, place: Place['from'] | 'skip'): number {
  if (place === 'next') return done;
  if (place === 'skip') return done + 1;
  if (place === 'same') return pause?.failure || done === 0 ? done : done - 1;
  return place;
}

function refusal(outcome: ResumeOutcome | undefined): RequestError {
  if (outcome?.first) return resumedBefore(outcome.first);
  return new RequestError(outcome?.isFull ? 'too_many_orders' : 'not_paused');
}

function resumedBefore({ userId: id, email, at }: NonNullable<OpenPause['first']>): RequestError {
  const user = { id, ...(email !== null && { email }) };
  return new RequestError('already_resumed', { answered: { at: new Date(at).toISOString(), user } });
}
