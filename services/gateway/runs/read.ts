import { isId } from '#shared/contract/id.ts';
import { LIST_LIMIT } from '#shared/contract/runs.ts';
import { listRuns } from '#shared/database/run-views/list.ts';
import { readRun } from '#shared/database/run-views/read.ts';
import type { Sql } from '#shared/database/sql.ts';
import { seesAllRuns } from '../access/policy.ts';
import type { Handler } from '../call.ts';
import { RequestError } from '../errors.ts';
import { presentRun, presentRunDetail } from './present.ts';

/** An empty filter is none; a project that cannot be is like one without runs. */
export const createListRuns =
  (sql: Sql): Handler<'listRuns'> =>
  async ({ actor, query: { project } }) => {
    const projectId = project || undefined;
    if (projectId !== undefined && !isId(projectId)) return { status: 200, body: [] };
    const wanted = { viewerId: actor.userId, everybody: seesAllRuns(actor), limit: LIST_LIMIT };
    const rows = await listRuns(sql, { ...wanted, ...(projectId !== undefined && { projectId }) });
    return { status: 200, body: rows.map((row) => presentRun(row)) };
  };

export const createReadRun =
  (sql: Sql): Handler<'readRun'> =>
  async ({ run }) => {
    const row = await readRun(sql, run.id);
    if (!row) throw new RequestError('not_found');
    return { status: 200, body: presentRunDetail(row) };
  };
