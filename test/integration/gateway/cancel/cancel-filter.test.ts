/* I11: a bulk cancel reaches the runs that its filter finds and its caller may cancel; a wrong one reaches none. */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { call, createKey, expectContract, FLOW, startRun } from '../fixture.ts';
import { useBulkCancels } from './bulk-cancels.ts';

const { gateway, owner, operator, viewer, stranger, admin, cancelRuns, recorded } = await useBulkCancels();

describe('a bulk cancel by a filter', () => {
  it('finds the runs that the caller may cancel and that the filter lets through', async () => {
    await gateway.sql.rows('truncate runs cascade');
    const mine = await startRun(gateway, owner);
    const ofMember = await startRun(gateway, operator, owner.projectId);
    const elsewhere = await startRun(gateway, operator);
    const hidden = await startRun(gateway, stranger);
    const watched = await cancelRuns({ as: viewer, body: { project: owner.projectId } });
    expect(watched.body).toMatchObject({ matched: 0, status: 'done', filter: { project: owner.projectId } });
    const { body } = await cancelRuns({ as: operator, body: { project: owner.projectId } });
    expect(body).toMatchObject({ matched: 2, cancelling: 2, failed: 0, failures: [] });
    expect((await recorded(mine))!.shown).toBe('cancelling');
    expect((await recorded(ofMember))!.shown).toBe('cancelling');
    const running = await cancelRuns({ as: operator, body: { status: 'running' } });
    expect(running.body).toMatchObject({ matched: 1, filter: { status: 'running' } });
    expect((await recorded(elsewhere))!.shown).toBe('cancelling');
    expect((await recorded(hidden))!.shown).toBe('running');
    const all = await cancelRuns({ as: operator, body: { all: true, status: 'cancelling', mode: 'force' } });
    expect(all.body).toMatchObject({ matched: 3, mode: 'force' });
  });

  it('by contextId and time, with times that are far out', async () => {
    await gateway.sql.rows('truncate runs cascade');
    const start = (contextId: string) =>
      call(gateway, 'POST', '/v1/run', { as: owner, body: { ...FLOW(owner.projectId), contextId } });
    await start('nightly');
    await start("it's; --");
    const matched = async (body: object) => (await cancelRuns({ as: owner, body })).body.matched;
    expect(await matched({ contextId: "it's; --" })).toBe(1);
    expect(await matched({ contextId: 'none' })).toBe(0);
    expect(await matched({ since: '9999-12-31T23:59:59.999Z' })).toBe(0);
    expect(await matched({ until: '0000-01-01T00:00:00Z' })).toBe(0);
    expect(
      await matched({ since: '0000-01-01T00:00:00Z', until: '9999-12-31T00:00:00.1234567890123Z' }),
    ).toBe(2);
    expect(await matched({ project: 'no project at all' })).toBe(0);
    expect(await matched({ project: randomUUID() })).toBe(0);
  });

  it('I11: an admin needs a key made for it to reach the runs of others', async () => {
    await gateway.sql.rows('truncate runs cascade');
    const id = await startRun(gateway, stranger);
    expect((await cancelRuns({ as: admin, body: { all: true } })).body.matched).toBe(0);
    const key = await createKey(gateway, admin, ['runs:cancel', 'admin']);
    expect((await cancelRuns({ key, body: { all: true } })).body.matched).toBe(1);
    expect(await recorded(id)).toMatchObject({ user: admin.userId, key: expect.any(String) });
    const readOnly = await createKey(gateway, owner, ['runs:read']);
    expect(await cancelRuns({ key: readOnly, body: { all: true } })).toMatchObject({ status: 403 });
  });

  it.each([
    ['an empty body', ''],
    ['no filter', '{"reason":"why"}'],
    ['a misspelt filter', '{"all":true,"proyect":"x"}'],
    ['prototype keys', '{"all":true,"__proto__":{"ids":[]}}'],
    ['NUL', '{"contextId":"a\\u0000b"}'],
    ['half a surrogate pair', '{"ids":["\\ud800"]}'],
    ['deep JSON', `{"ids":${'['.repeat(5_000)}${']'.repeat(5_000)}}`],
    ['no JSON', '{'],
  ])('refuses %s and records nothing', async (_, text) => {
    const id = await startRun(gateway, owner);
    const answer = await call(gateway, 'POST', '/v1/runs/cancel', { as: owner, text });
    expectContract('cancelRuns', answer);
    expect(answer.status).toBe(400);
    expect((await recorded(id))!.shown).toBe('running');
  });

  it.each(['dryRun=true', 'dryRun', 'project=x'])(
    'refuses the query ?%s and records nothing',
    async (query) => {
      const id = await startRun(gateway, owner);
      const answer = await call(gateway, 'POST', `/v1/runs/cancel?${query}`, {
        as: owner,
        body: { all: true },
      });
      expectContract('cancelRuns', answer);
      expect(answer).toMatchObject({ status: 400, body: { error: 'validation error' } });
      expect((await recorded(id))!.shown).toBe('running');
    },
  );
});
