/*
 * Pauses of a run, and how it goes on after them: recorded, then a message goes to the run's owner. Owns no state. If that
 * message is lost, the owner learns of it with its next heartbeat.
 */
import type { Bus } from '#shared/adapters/bus/bus.ts';
import {
  type OpenPause,
  readPause,
  recordPause,
  recordResume,
} from '#shared/adapters/database/orders/pauses.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { notifyOwner } from '../answers/notify-owner.ts';
import type { Handler } from '../http/call.ts';
import { RequestError } from '../http/errors.ts';
import { invalid } from '../http/input.ts';
import { editedSteps } from './edited-steps.ts';

interface PauseDeps {
  sql: Sql;
  bus: Pick<Bus, 'request'>;
}

export const createPauseRun =
  ({ sql, bus }: PauseDeps): Handler<'pauseRun'> =>
  async ({ run: { id }, body: { mode, reason, forMs }, actor, ctx, log }) => {
    const pause = { mode, forMs, userId: actor.userId, ...(reason !== undefined && { reason }) };
    const outcome = await recordPause(sql, id, pause);
    if (!outcome) throw new RequestError('not_found');
    if (!outcome.taken && !outcome.isPaused) throw new RequestError('not_pausable');
    if (outcome.taken) {
      log.info({ mode }, 'a pause is asked for');
      notifyOwner(bus, ctx, id, outcome.epoch);
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
    const from = fromOf(context, place === 'skip' ? 'skip' : place.from);
    if (from > context.stepTimeouts.length)
      throw invalid([{ path: ['from'], message: 'no_such_step' }], ctx.state.language);
    const steps = place === 'skip' ? undefined : place.steps;
    const edited =
      steps && (await editedSteps(sql, { runId: id, from, steps, actor, language: ctx.state.language }));
    const { pauses: pause = 0 } = context;
    const outcome = await recordResume(sql, id, { pause, from, userId: actor.userId, ...edited });
    if (!outcome?.taken) throw outcome?.first ? resumedBefore(outcome.first) : new RequestError('not_paused');
    log.info({ step: from, edited: edited !== undefined }, 'a paused run goes on');
    notifyOwner(bus, ctx, id, outcome.epoch);
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

function resumedBefore({ userId: id, email, at }: NonNullable<OpenPause['first']>): RequestError {
  const user = { id, ...(email !== null && { email }) };
  return new RequestError('already_resumed', { answered: { at: new Date(at).toISOString(), user } });
}
