import { ENDPOINTS, type QueryOf } from '#shared/contract/endpoints.ts';
import { isId } from '#shared/contract/id.ts';
import { decodeRunCursor, encodeRunCursor, type RunCursor } from '#shared/contract/run-cursor.ts';
import { LIST_LIMIT } from '#shared/contract/runs.ts';
import { listRuns } from '#shared/database/run-views/list.ts';
import type { Sql } from '#shared/database/sql.ts';
import { seesAllRuns } from '../access/policy.ts';
import type { Handler } from '../http/call.ts';
import { presentRun } from './present.ts';

/** One page. An empty filter is none; a project that cannot be is like one without runs. */
export const createListRuns =
  (sql: Sql): Handler<'listRuns'> =>
  async ({ actor, query }) => {
    const { project, status, contextId, since, limit = LIST_LIMIT, before } = query;
    const projectId = project || undefined;
    if (projectId !== undefined && !isId(projectId)) return { status: 200, body: [] };
    const { runs, next } = await listRuns(sql, {
      viewerId: actor.userId,
      everybody: seesAllRuns(actor),
      ...{ projectId, status, contextId, since, limit },
      before: before === undefined ? undefined : decodeRunCursor(before),
    });
    const body = runs.map((row) => presentRun(row));
    return { status: 200, body, ...(next && { headers: { Link: linkToNext(query, next) } }) };
  };

/** The same list after this position. Without a host: the client knows better by which one it got here. */
function linkToNext(query: QueryOf<'listRuns'>, next: RunCursor): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...query, before: encodeRunCursor(next) }))
    if (value !== undefined && value !== '') params.set(name, String(value));
  return `<${ENDPOINTS.listRuns.path}?${params}>; rel="next"`;
}
