/* What people ask of a schedule besides its settings: a run now, runs for a time that is past, its occurrences, a preview. */
import { PlaceRefused } from '#shared/adapters/database/place.ts';
import { addBackfill, listOccurrences } from '#shared/adapters/database/schedules/occurrences.ts';
import { readClock } from '#shared/adapters/database/schedules/schedules.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { SCHEDULE_LIMITS as LIMIT } from '#shared/api/limits.ts';
import type { Overlap } from '#shared/domain/schedule/rules.ts';
import { firstTimes, isLeftOut, timesBetween } from '#shared/domain/schedule/timing.ts';
import type { Handler } from '../http/call.ts';
import { RequestError } from '../http/errors.ts';
import { invalid } from '../http/input.ts';
import { linkToNext } from '../http/next-link.ts';
import { type AcceptFlowDeps, answerUnderKey, createAcceptFlow } from '../runs/accept-flow.ts';
import { mayStartScheduled, scheduledStart, timeIssues } from './check-schedule.ts';
import { flowStarted, presentOccurrence, timingOfSchedule } from './present.ts';
import { scheduleOf } from './schedules.ts';
import { startedBySchedule } from './started-by.ts';

/** What a person asks for is never left out. */
const WHEN_ASKED: Record<Overlap, Overlap> = {
  skip: 'queue_all',
  queue_one: 'queue_all',
  queue_all: 'queue_all',
  cancel_previous: 'cancel_previous',
  allow: 'allow',
};

export function createTriggerSchedule(deps: AcceptFlowDeps): Handler<'triggerSchedule'> {
  const { sql } = deps.database;
  const acceptFlow = createAcceptFlow(deps);
  return async (call) => {
    const { project, params, actor, ctx } = call;
    const asked = { trigger: params.name, project: project.id };
    const before = await answerUnderKey(sql, call, asked);
    if (before) return before;
    const row = await scheduleOf(sql, call);
    const { id, name, overlap, start } = row;
    const { language } = ctx.state;
    const made = await scheduledStart(sql, {
      projectId: project.id,
      flow: flowStarted(row),
      given: start,
      language,
    });
    const startedBy = startedBySchedule({
      scheduleId: id,
      schedule: name,
      projectId: project.id,
      userId: actor.userId,
      kind: 'manual',
      overlap: WHEN_ASKED[overlap],
    });
    const origin = { namedFlow: made.namedFlow, projectId: project.id, startedBy, asked };
    return acceptFlow(call, made.body, origin).catch((error: unknown) => {
      throw error instanceof PlaceRefused ? new RequestError('not_found', { cause: error }) : error;
    });
  };
}

/** Its runs are those of the maker of the schedule: who asks has to be one who could start them. */
export const createBackfillSchedule =
  (sql: Sql): Handler<'backfillSchedule'> =>
  async (call) => {
    const { actor, project, body, ctx } = call;
    const { overlap, dryRun } = body;
    const { language } = ctx.state;
    const row = await scheduleOf(sql, call);
    await mayStartScheduled(
      sql,
      { ...row, flow: flowStarted(row), overlap },
      { actor, projectId: project.id, language },
    );
    const [from, to] = [Date.parse(body.from), Date.parse(body.to)];
    const now = await readClock(sql);
    if (to > now.getTime()) throw invalid([{ path: ['to'], message: 'in_future' }], language);
    if (to <= from) throw invalid([{ path: ['to'], message: 'ends_before' }], language);
    // What comes after was not looked at yet, and is started by itself.
    const end = Math.min(to, row.evaluatedTo.getTime() + 1);
    const between = timesBetween(timingOfSchedule(row), { from, to: end, most: LIMIT.backfill });
    if (between.hasMore) throw invalid([{ path: ['to'], message: 'too_many_times' }], language);
    const times = between.times.map((at) => new Date(at));
    const added = await addBackfill(sql, { scheduleId: row.id, times, overlap, dryRun });
    if (!added) throw new RequestError('not_found');
    const texts = (all: Date[]) => all.map((at) => at.toISOString());
    return { status: 200, body: { times: texts(added.times), before: texts(added.before) } };
  };

export const createListOccurrences =
  (sql: Sql): Handler<'listOccurrences'> =>
  async (call) => {
    const { project, query } = call;
    const { status, before, limit = LIMIT.page } = query;
    const { id, name } = await scheduleOf(sql, call);
    const rows = await listOccurrences(sql, { scheduleId: id, status, before, limit: limit + 1 });
    const page = rows.slice(0, limit);
    const next = { ...query, before: page.at(-1)?.nominalAt.toISOString() };
    return {
      status: 200,
      body: page.map(presentOccurrence),
      ...(rows.length > limit && {
        headers: { Link: linkToNext(`/v1/projects/${project.id}/schedules/${name}/occurrences`, next) },
      }),
    };
  };

export const createPreviewSchedule =
  (sql: Sql): Handler<'previewSchedule'> =>
  async ({ body, ctx }) => {
    const { cron, timezone, dst, from, count } = body;
    const issues = timeIssues(body);
    if (issues.length > 0) throw invalid(issues, ctx.state.language);
    const after = from === undefined ? (await readClock(sql)).getTime() : Date.parse(from) - 1;
    const pattern = { cron, timezone, dst };
    const times = firstTimes(pattern, after, count).map((due) => ({
      at: new Date(due.at).toISOString(),
      wall: due.wall,
      status: isLeftOut(due, pattern) ? ('dst_gap' as const) : ('due' as const),
    }));
    return { status: 200, body: { times } };
  };
