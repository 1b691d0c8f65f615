/* I11: bulk cancels are shown to their creator and to admins, and kept while their runs are on their way. */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { forgetCancelJobs } from '#shared/adapters/database/cancel-jobs/read.ts';
import type { CancelJob } from '#shared/api/contract/cancel/cancel.ts';
import { call, expectContract, type Person, startRun } from '../fixture.ts';
import { useBulkCancels } from './bulk-cancels.ts';

const { gateway, owner, operator, stranger, admin, cancelRuns, readJob } = await useBulkCancels();

describe('bulk cancels as they are read', () => {
  it('I11: are seen by their creator and by admins, newest first, and by nobody else', async () => {
    const { body: older } = await cancelRuns({ as: operator, body: { ids: ['x'] } });
    const { body: newer } = await cancelRuns({ as: operator, body: { ids: ['y'] } });
    for (const [as, status] of [
      [operator, 200],
      [admin, 200],
      [owner, 404],
      [stranger, 404],
    ] as const)
      expect((await readJob(older.id, { as })).status).toBe(status);
    const list = async (as: Person) => {
      const answer = await call(gateway, 'GET', '/v1/cancel-jobs', { as });
      expectContract('listCancelJobs', answer);
      return answer.body as CancelJob[];
    };
    const own = await list(operator);
    expect(own.slice(0, 2).map(({ id }) => id)).toEqual([newer.id, older.id]);
    expect(own[0]).toMatchObject({ failed: 1 });
    expect(own[0]).not.toHaveProperty('failures');
    expect((await list(stranger)).map(({ id }) => id)).not.toContain(newer.id);
    expect((await list(admin)).map(({ id }) => id)).toContain(newer.id);
  });

  it('speak the language of their reader; an id that is none is not there', async () => {
    const { body } = await cancelRuns({ as: owner, body: { ids: ['x'] } });
    const answer = await call(gateway, 'GET', `/v1/cancel-jobs/${body.id}`, {
      as: owner,
      headers: { 'accept-language': 'es' },
    });
    expect((answer.body as CancelJob).failures).toEqual([{ id: 'x', error: 'no encontrado' }]);
    for (const id of ['nonsense', randomUUID()]) expect((await readJob(id, { as: owner })).status).toBe(404);
  });
});

it('retention forgets old bulk cancels, but none whose runs are still on their way', async () => {
  const id = await startRun(gateway, owner);
  const { body: open } = await cancelRuns({ as: owner, body: { ids: [id] } });
  const { body: over } = await cancelRuns({ as: owner, body: { ids: ['x'] } });
  await forgetCancelJobs(gateway.sql, 1);
  expect((await readJob(over.id, { as: owner })).status).toBe(200);
  await gateway.sql.rows(`update cancel_jobs set created_at = created_at - interval '2 days'`);
  while (await forgetCancelJobs(gateway.sql, 1));
  expect((await readJob(open.id, { as: owner })).status).toBe(200);
  expect((await readJob(over.id, { as: owner })).status).toBe(404);
});
