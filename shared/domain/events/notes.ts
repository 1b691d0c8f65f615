/* Events of one kind each, about how a run begins and ends. */
import type { RunContext } from '#shared/domain/run/context.ts';
import type { Status } from '#shared/domain/run/status.ts';
import type { CarriedOver, Login, LoginOfRun, Notice, StepDescriber } from './describer.ts';
import type { NewEvent } from './events.ts';
import type { LastLook } from './last-look.ts';
import { payloadOf, timeOfMove } from './payload.ts';

export const carried = (over: CarriedOver | undefined, after: RunContext): NewEvent[] =>
  over
    ? [{ type: 'carried_over', payload: payloadOf<'carried_over'>({ ...over, at: timeOfMove(after) }) }]
    : [];

export function loggedIn(login: Login | undefined, after: RunContext): NewEvent[] {
  if (!login) return [];
  const at = timeOfMove(after);
  if ('applied' in login)
    return [{ type: 'profile_applied', payload: payloadOf<'profile_applied'>({ ...login.applied, at }) }];
  const { name, version, why } = login.stale;
  return [{ type: 'profile_stale', payload: payloadOf<'profile_stale'>({ name, version, why, at }) }];
}

export function savedLogin(saved: LoginOfRun['saved'], after: RunContext): NewEvent[] {
  if (!saved) return [];
  const { name, version } = saved;
  const payload = payloadOf<'profile_saved'>({ name, version, at: timeOfMove(after) });
  return [{ type: 'profile_saved', payload }];
}

export const noticed = (notices: Notice[] = [], after: RunContext): NewEvent[] =>
  notices.map((notice) => ({
    type: 'notice',
    payload: payloadOf<'notice'>({ ...notice, at: timeOfMove(after) }),
  }));

/** What was asked for, and is not there at its end. */
export function missingAtEnd({ videoPath }: RunContext, describe: StepDescriber, status: Status): Notice[] {
  const noVideo = videoPath === undefined ? describe.noVideo?.() : undefined;
  const notSaved = status === 'pass' ? describe.login?.()?.notSaved : undefined;
  return [noVideo, notSaved].filter((notice) => notice !== undefined);
}

export const lookedAtLast = (look: LastLook | undefined, after: RunContext): NewEvent[] =>
  look
    ? [
        {
          type: 'last_look',
          payload: payloadOf<'last_look'>({
            url: look.url,
            title: look.title,
            screenshotPath: look.screenshotPath,
            a11y: look.a11y,
            missing: look.missing,
            at: timeOfMove(after),
          }),
        },
      ]
    : [];
