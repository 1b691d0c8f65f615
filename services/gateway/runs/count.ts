import { countRuns } from '#shared/adapters/database/run-views/list.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { isId } from '#shared/api/contract/is-id.ts';
import { MOST_COUNTED } from '#shared/api/limits.ts';
import { seesAllRuns } from '../access/policy.ts';
import type { Handler } from '../http/call.ts';

const NONE = { running: 0, cancelling: 0, pass: 0, fail: 0, cancelled: 0, lost: 0 };

/** A project that cannot be is like one without runs. */
export const createCountRuns =
  (sql: Sql): Handler<'countRuns'> =>
  async ({ actor, query }) => {
    const projectId = query.project || undefined;
    if (projectId !== undefined && !isId(projectId)) return { status: 200, body: NONE };
    const viewer = { viewerId: actor.userId, everybody: seesAllRuns(actor) };
    return { status: 200, body: await countRuns(sql, { ...viewer, projectId, most: MOST_COUNTED }) };
  };
