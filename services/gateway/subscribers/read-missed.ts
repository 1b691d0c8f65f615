import { MAX_PROJECTS, parseProjects } from '#shared/bus/subscribers/choice.ts';
import { ENDPOINTS } from '#shared/contract/endpoints.ts';
import { decodeRunCursor, encodeRunCursor } from '#shared/contract/run-cursor.ts';
import { MISSED_LIMIT } from '#shared/contract/subscribe.ts';
import { readEndedRuns, readProjectsOf } from '#shared/database/run-views/ended-runs.ts';
import type { Sql } from '#shared/database/sql.ts';
import type { Handler } from '../http/call.ts';
import { RequestError } from '../http/errors.ts';
import { linkToNext } from '../http/next-link.ts';

/** One page of what a subscriber may have missed: that of its user's runs and projects, also for an admin (I11). */
export const createReadMissed =
  (sql: Sql): Handler<'readMissed'> =>
  async ({ actor, query }) => {
    const named = (query.projects !== undefined && parseProjects(query.projects)) || 'all';
    const projectIds = await readProjectsOf(sql, actor.userId, named, MAX_PROJECTS);
    if (projectIds.length > MAX_PROJECTS) throw new RequestError('subscription_too_wide');
    const { runs, next } = await readEndedRuns(sql, {
      viewerId: actor.userId,
      projectIds,
      since: query.since,
      after: query.after === undefined ? undefined : decodeRunCursor(query.after),
      limit: query.limit ?? MISSED_LIMIT,
    });
    const body = runs.flatMap(({ runId, entries }) => entries.map((entry) => ({ ...entry, runId })));
    return {
      status: 200,
      body,
      ...(next && {
        headers: { Link: linkToNext(ENDPOINTS.readMissed.path, { ...query, after: encodeRunCursor(next) }) },
      }),
    };
  };
