/* I11, I12: equal requests of a user with one Idempotency-Key start one run and get the same answer. */
import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { lock } from '#shared/adapters/database/advisory-locks.ts';
import { forgetKeys } from '#shared/adapters/database/runs/idempotency.ts';
import { startFaultProxy } from '../../../support/servers/fault-proxy/fault-proxy.ts';
import { createTestDatabase } from '../../../support/servers/servers.ts';
import {
  call,
  createKey,
  createPerson,
  expectContract,
  FLOW,
  type Person,
  startRun,
  useGateway,
} from '../fixture.ts';

const link = await startFaultProxy((await createTestDatabase()).url);
const gateway = await useGateway({ databaseUrl: link.url, statementTimeoutMs: 1_000 });
const ann = await createPerson(gateway);
const bob = await createPerson(gateway);
afterAll(async () => {
  await link[Symbol.asyncDispose]();
});

interface Start {
  as?: Person;
  body?: unknown;
  path?: string;
}
async function start(key: string, { as = ann, body = FLOW(as.projectId), path = '/v1/run' }: Start = {}) {
  const answer = await call(gateway, 'POST', path, { as, body, headers: { 'idempotency-key': key } });
  expectContract('startRun', answer);
  return {
    ...answer,
    id: (answer.body as { id?: string }).id,
    replayed: answer.headers.get('idempotent-replayed'),
  };
}
const runsOf = async ({ userId }: Person) =>
  (await gateway.sql.rows('select from runs where user_id = $1', [userId])).length;
const age = (key: string, hours: number) =>
  gateway.sql.rows(
    `update idempotency_keys set created_at = created_at - $2::float8 * interval '1 hour' where key = $1`,
    [key, hours],
  );

describe('an Idempotency-Key', () => {
  it('I12: with the same body gets the same answer, and says that it is that', async () => {
    const key = randomUUID();
    const first = await start(key);
    expect([first.status, first.replayed]).toEqual([202, null]);
    const before = await runsOf(ann);
    const { project, ...flow } = FLOW(ann.projectId);
    const same = { ...flow, project, headless: true, unknown: 1 };
    for (const body of [FLOW(ann.projectId), same, { project, plan: flow }]) {
      const again = await start(key, { body });
      expect([again.status, again.id, again.replayed]).toEqual([202, first.id, 'true']);
      expect(again.body).toEqual(
        body === same ? Object.assign({ ignored: ['unknown'] }, first.body) : first.body,
      );
    }
    expect(await runsOf(ann)).toBe(before);
  });

  it('with another body is refused, and starts nothing', async () => {
    const key = randomUUID();
    await start(key);
    const before = await runsOf(ann);
    for (const change of [{ headless: false }, { concurrencyKey: 'k' }, { queueTimeoutMs: 5 }]) {
      const other = await start(key, { body: { ...FLOW(ann.projectId), ...change } });
      expect(other).toMatchObject({
        status: 422,
        body: { ok: false, error: 'this Idempotency-Key was used with another body' },
      });
    }
    expect(await runsOf(ann)).toBe(before);
  });

  it('I12: twenty equal requests at once start one run; some hear that it is on its way', async () => {
    const person = await createPerson(gateway);
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 20 }, () => start(key, { as: person })));
    expect(await runsOf(person)).toBe(1);
    const fresh = answers.filter(({ status, replayed }) => status === 202 && replayed === null);
    expect(fresh).toHaveLength(1);
    for (const { status, id } of answers) {
      expect([202, 409]).toContain(status);
      if (status === 202) expect(id).toBe(fresh[0]?.id);
    }
    expect((await start(key, { as: person })).id).toBe(fresh[0]?.id);
  });

  it('while the first request with it is in flight is answered 409, and may be tried again', async () => {
    const key = randomUUID();
    await gateway.sql.transaction(async (within) => {
      await lock(within, 'idempotencyKey', `${ann.userId} ${key}`);
      const second = await start(key);
      expect(second).toMatchObject({
        status: 409,
        body: { error: 'a request with this Idempotency-Key is still in flight' },
      });
      expect(second.headers.get('retry-after')).toBe('1');
    });
    expect((await start(key)).status).toBe(202);
  });

  it('I12: that has its answer gives it to each of those who ask again at once', async () => {
    const key = randomUUID();
    const { id } = await start(key);
    await gateway.sql.transaction(async (within) => {
      await lock(within, 'idempotencyKey', `${ann.userId} ${key}`);
      expect(await start(key)).toMatchObject({ status: 202, id, replayed: 'true' });
      const other = await start(key, { body: { ...FLOW(ann.projectId), headless: false } });
      expect(other.status).toBe(422);
    });
    const again = await Promise.all(Array.from({ length: 20 }, () => start(key)));
    expect(new Set(again.map((answer) => answer.id))).toEqual(new Set([id]));
  });

  it("I11: is its user's alone", async () => {
    const key = randomUUID();
    const [anns, bobs] = [await start(key), await start(key, { as: bob })];
    expect([bobs.status, bobs.replayed]).toEqual([202, null]);
    expect(bobs.id).not.toBe(anns.id);
  });

  it('is good for 24 hours: after that it is as good as none, and goes', async () => {
    const [key, left] = [randomUUID(), randomUUID()];
    const first = await start(key);
    await start(left);
    await age(key, 23.9);
    expect((await start(key)).id).toBe(first.id);
    await age(key, 0.2);
    const second = await start(key, { body: { ...FLOW(ann.projectId), headless: false } });
    expect([second.status, second.replayed]).toEqual([202, null]);
    expect(second.id).not.toBe(first.id);
    await age(left, 25);
    await forgetKeys(gateway.sql);
    const keys = await gateway.sql.rows<{ key: string }>('select key from idempotency_keys');
    expect(keys.map((row) => row.key)).toContain(key);
    expect(keys.map((row) => row.key)).not.toContain(left);
  });

  it('stays when its run is gone', async () => {
    const key = randomUUID();
    const { id } = await start(key);
    await gateway.sql.rows('delete from runs where id = $1', [id]);
    expect((await start(key)).id).toBe(id);
  });

  it('is not used up by a request that was refused', async () => {
    const key = randomUUID();
    expect((await start(key, { body: FLOW(bob.projectId) })).status).toBe(400);
    expect((await start(key, { body: {} })).status).toBe(400);
    expect((await start(key)).status).toBe(202);
  });

  it('I12: counts for a rerun too, with the run that it repeats', async () => {
    const [a, b] = [await startRun(gateway, ann), await startRun(gateway, ann)];
    const key = randomUUID();
    const rerun = (id: string, body: unknown = {}) => start(key, { body, path: `/v1/runs/${id}/rerun` });
    const first = await rerun(a);
    expect((await rerun(a, { headless: true })).id).toBe(first.id);
    expect((await rerun(b)).status).toBe(422);
    expect((await start(key)).status).toBe(422);
  });

  it('I12: whose run was stored, but whose answer was lost, brings that run', async () => {
    const person = await createPerson(gateway);
    const key = randomUUID();
    link.trap({ match: 'commit', when: 'answered' });
    const lost = await start(key, { as: person });
    expect(lost.status).toBe(503);
    expect(await runsOf(person)).toBe(1);
    const again = await start(key, { as: person });
    expect([again.status, again.replayed]).toEqual([202, 'true']);
    expect(await runsOf(person)).toBe(1);
  });
});

describe('a bad Idempotency-Key', () => {
  it.each([
    ['an empty one', ''],
    ['a blank one', 'a b'],
    ['a long one', 'k'.repeat(256)],
    ['one beyond ASCII', 'clé'],
    ['one with a tab', 'a\tb'],
  ])('%s is refused', async (_, key) => {
    const answer = await start(key);
    expect(answer).toMatchObject({ status: 400, body: { error: 'validation error' } });
    expect(answer.body).toMatchObject({
      details: { fieldErrors: { 'idempotency-key': ['must be 1 to 255 visible ASCII characters'] } },
    });
  });

  it('that comes twice is refused', async () => {
    const answer = await start('a, b');
    expect(answer.status).toBe(400);
    const headers = new Headers({ 'content-type': 'application/json', authorization: `Bearer ${ann.token}` });
    for (const key of ['one', 'one']) headers.append('idempotency-key', key);
    const body = JSON.stringify(FLOW(ann.projectId));
    expect((await fetch(`${gateway.url}/v1/run`, { method: 'POST', headers, body })).status).toBe(400);
  });

  it('that is far too long for a header is refused by the server', async () => {
    const headers = {
      'x-api-key': await createKey(gateway, ann, ['runs:write']),
      'idempotency-key': 'k'.repeat(64_000),
    };
    expect((await fetch(`${gateway.url}/v1/run`, { method: 'POST', headers })).status).toBe(431);
  });

  it.each(['__proto__', 'constructor', "';drop/**/table/**/runs;--", '%00', '{}'])(
    'that only looks like one, %s, is one like any other',
    async (key) => {
      const first = await start(key);
      expect([first.status, (await start(key)).id]).toEqual([202, first.id]);
    },
  );
});
