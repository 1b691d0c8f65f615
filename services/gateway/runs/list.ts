import { ENDPOINTS } from '#shared/contract/endpoints.ts';
import { isId } from '#shared/contract/is-id.ts';
import { decodeRunCursor, encodeRunCursor } from '#shared/contract/run-cursor.ts';
import { LIST_LIMIT } from '#shared/contract/runs.ts';
import { listRuns } from '#shared/database/run-views/list.ts';
import type { Sql } from '#shared/database/sql.ts';
import type { Outcome } from '#shared/run/outcome.ts';
import { seesAllRuns } from '../access/policy.ts';
import type { Handler } from '../http/call.ts';
import { linkToNext } from '../http/next-link.ts';
import { presentRun } from './present.ts';

const statusOf = (outcome: Outcome) => (outcome === 'pass' ? 'pass' : 'fail');

/** One page. An empty filter is none; a project that cannot be is like one without runs. */
export const createListRuns =
  (sql: Sql): Handler<'listRuns'> =>
  async ({ actor, query }) => {
    const { project, status, outcome, contextId, since, limit = LIST_LIMIT, before } = query;
    const projectId = project || undefined;
    if (projectId !== undefined && !isId(projectId)) return { status: 200, body: [] };
    if (outcome !== undefined && status !== undefined && status !== statusOf(outcome))
      return { status: 200, body: [] };
    const { runs, next } = await listRuns(sql, {
      viewerId: actor.userId,
      everybody: seesAllRuns(actor),
      ...{ projectId, status, outcome, contextId, since, limit },
      before: before === undefined ? undefined : decodeRunCursor(before),
    });
    const body = runs.map((row) => presentRun(row));
    return {
      status: 200,
      body,
      ...(next && {
        headers: { Link: linkToNext(ENDPOINTS.listRuns.path, { ...query, before: encodeRunCursor(next) }) },
      }),
    };
  };
