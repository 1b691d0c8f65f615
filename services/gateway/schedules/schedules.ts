/* The endpoints that show and change schedules. A leader looks when they are due; `start-due.ts` starts their runs. */
import { createHash } from 'node:crypto';
import {
  deleteSchedule,
  findSchedule,
  listSchedules,
  putSchedule,
  readClock,
  type ScheduleRow,
  storeSchedulePause,
  storeScheduleResume,
} from '#shared/adapters/database/schedules/schedules.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { isFlowName } from '#shared/api/contract/flows/flow-name.ts';
import { SCHEDULE_LIMITS as LIMIT } from '#shared/api/limits.ts';
import { nextTimes } from '#shared/domain/schedule/timing.ts';
import type { Call, Handler } from '../http/call.ts';
import { RequestError } from '../http/errors.ts';
import { expectedVersion } from '../http/expected-version.ts';
import { linkToNext } from '../http/next-link.ts';
import { checkSchedule } from './check-schedule.ts';
import { presentSchedule } from './present.ts';

type OnSchedule = Pick<Call<'readSchedule'>, 'project' | 'params'>;

/** No schedule has a name of another form. */
function placeOf({ project, params: { name } }: OnSchedule) {
  if (!isFlowName(name)) throw new RequestError('not_found');
  return { projectId: project.id, name };
}

/** Has its tag, which `If-Match` takes. */
const answer = (row: ScheduleRow) => ({
  status: 200 as const,
  body: presentSchedule(row),
  headers: { ETag: `"${row.version}"` },
});

/** The schedule, or "not found". */
export async function scheduleOf(sql: Sql, call: OnSchedule): Promise<ScheduleRow> {
  const found = await findSchedule(sql, placeOf(call));
  if (!found) throw new RequestError('not_found');
  return found;
}

export const createListSchedules =
  (sql: Sql): Handler<'listSchedules'> =>
  async ({ project, query }) => {
    const { limit = LIMIT.page, after } = query;
    const rows = await listSchedules(sql, { projectId: project.id, after, limit: limit + 1 });
    const page = rows.slice(0, limit);
    const next = { ...query, after: page.at(-1)?.name };
    return {
      status: 200,
      body: page.map(presentSchedule),
      ...(rows.length > limit && {
        headers: { Link: linkToNext(`/v1/projects/${project.id}/schedules`, next) },
      }),
    };
  };

export const createReadSchedule =
  (sql: Sql): Handler<'readSchedule'> =>
  async (call) =>
    answer(await scheduleOf(sql, call));

export const createPutSchedule =
  (sql: Sql): Handler<'putSchedule'> =>
  async (call) => {
    const { actor, body, headers, ctx } = call;
    await checkSchedule(sql, call, ctx.state.language);
    const { flow, catchUp, startAt, endAt, pauseAfterFailures, ...settings } = body;
    const from = await readClock(sql);
    const [startsAt, endsAt] = [startAt, endAt].map((text) => (text === undefined ? null : new Date(text)));
    const timing = { ...settings, startsAt: startsAt?.getTime(), endsAt: endsAt?.getTime() };
    const [next] = nextTimes(timing, from.getTime(), 1);
    const put = await putSchedule(sql, {
      ...settings,
      ...placeOf(call),
      flowName: flow.name,
      flowVersion: flow.version ?? null,
      catchUp: catchUp.mode,
      catchUpMs: catchUp.withinMs,
      startsAt: startsAt ?? null,
      endsAt: endsAt ?? null,
      pauseAfterFailures: pauseAfterFailures ?? null,
      userId: actor.userId,
      scopes: actor.scopes === 'all' ? null : [...actor.scopes],
      from,
      nextAt: next === undefined ? null : new Date(next),
      offsetOf: (id) => offsetWithin(id, body.windowMs),
      expected: expectedVersion(headers),
      most: LIMIT.most,
    });
    if (typeof put === 'string') throw new RequestError(put);
    return answer(put);
  };

export const createDeleteSchedule =
  (sql: Sql): Handler<'deleteSchedule'> =>
  async (call) => {
    if (!(await deleteSchedule(sql, placeOf(call)))) throw new RequestError('not_found');
    return { status: 200, body: { ok: true } };
  };

export const createPauseSchedule =
  (sql: Sql): Handler<'pauseSchedule'> =>
  async (call) => {
    const { reason } = call.body;
    const paused = await storeSchedulePause(sql, { ...placeOf(call), reason, userId: call.actor.userId });
    if (!paused) throw new RequestError('not_found');
    return { status: 200, body: presentSchedule(paused) };
  };

export const createResumeSchedule =
  (sql: Sql): Handler<'resumeSchedule'> =>
  async (call) => {
    const resumed = await storeScheduleResume(sql, placeOf(call));
    if (!resumed) throw new RequestError('not_found');
    return { status: 200, body: presentSchedule(resumed) };
  };

/** How much later than its pattern says a schedule starts: within its window, ms; the same each time, and others for others. */
function offsetWithin(id: string, windowMs: number): number {
  if (windowMs === 0) return 0;
  const drawn = createHash('sha256').update(id).digest().readUIntBE(0, 6);
  return drawn % windowMs;
}
