import { type BatchRow, findBatch, listBatches, readTests } from '#shared/adapters/database/batches/read.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import type { Batch } from '#shared/api/contract/batches/batches.ts';
import { BATCH_LIMITS as LIMIT } from '#shared/api/limits.ts';
import type { Call, Handler } from '../http/call.ts';
import { RequestError } from '../http/errors.ts';
import { linkToNext } from '../http/next-link.ts';
import { presentBatch, presentTest } from './present.ts';

type OnBatch = Pick<Call<'readBatch'>, 'project' | 'params'>;

/** The batch, or "not found". */
export async function requestedBatch(sql: Sql, { project, params }: OnBatch): Promise<BatchRow> {
  const found = await findBatch(sql, { projectId: project.id, id: params.batch });
  if (!found) throw new RequestError('not_found');
  return found;
}

/** The same with its tests. */
export async function wholeBatch(sql: Sql, call: OnBatch): Promise<Batch> {
  const row = await requestedBatch(sql, call);
  const tests = await readTests(sql, row.id);
  return { ...presentBatch(row), tests: tests.map(presentTest) };
}

export const createListBatches =
  (sql: Sql): Handler<'listBatches'> =>
  async ({ project, query }) => {
    const { limit = LIMIT.page, before } = query;
    const rows = await listBatches(sql, { projectId: project.id, before, limit: limit + 1 });
    const page = rows.slice(0, limit);
    const next = { ...query, before: page.at(-1)?.id };
    return {
      status: 200,
      body: page.map(presentBatch),
      ...(rows.length > limit && {
        headers: { Link: linkToNext(`/v1/projects/${project.id}/batches`, next) },
      }),
    };
  };

export const createReadBatch =
  (sql: Sql): Handler<'readBatch'> =>
  async (call) => ({ status: 200, body: await wholeBatch(sql, call) });
