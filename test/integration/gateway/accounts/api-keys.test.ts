/* I11: an API key is shown once, may do what it was made for, and is as good as none after its end. */
import { describe, expect, it } from 'vitest';
import type { KeyScope } from '#shared/api/contract/accounts/roles.ts';
import { eventually } from '../../../support/eventually.ts';
import { call, createKey, createPerson, expectContract, type Person, useGateway } from '../fixture.ts';

const gateway = await useGateway();
const ann = await createPerson(gateway);
const admin = await createPerson(gateway, 'admin');

const FORBIDDEN = { status: 403, body: { ok: false, error: 'forbidden' } };
const NOT_FOUND = { status: 404, body: { ok: false, error: 'not found' } };

describe('API keys', () => {
  const create = (sent: { as?: Person; key?: string }, body: unknown) =>
    call(gateway, 'POST', '/v1/api-keys', { ...sent, body });
  const list = (as: Person) => call(gateway, 'GET', '/v1/api-keys', { as });
  const made = ({ body }: { body: unknown }) => body as { id: string; key: string };

  it('are shown once, then masked, and stored as a hash', async () => {
    const person = await createPerson(gateway);
    const answer = await create({ as: person }, { label: 'ci' });
    expectContract('createApiKey', answer);
    expect(answer.status).toBe(201);
    const { id, key } = made(answer);
    expect(key).toMatch(/^gly_[\w-]{43}$/);
    await create({ as: person }, { label: 'newer' });
    const listed = await list(person);
    expectContract('listApiKeys', listed);
    expect(listed.body).toMatchObject([
      { label: 'newer' },
      { id, label: 'ci', key: `${key.slice(0, 8)}••••••••` },
    ]);
    expect((await list(ann)).body).toEqual([]);
    const stored = await gateway.sql.rows('select * from api_keys');
    expect(JSON.stringify(stored)).not.toContain(key);
    expect(gateway.lines.join('')).not.toContain(key);
  });

  it('may read, write and cancel unless asked for otherwise', async () => {
    const { id } = made(await create({ as: ann }, { label: 'default' }));
    const scopes = (keyId: string) => gateway.sql.row('select scopes from api_keys where id = $1', [keyId]);
    expect(await scopes(id)).toEqual({ scopes: ['runs:read', 'runs:write', 'runs:cancel'] });
    const twice = made(await create({ as: ann }, { label: 'x', scopes: ['runs:read', 'runs:read'] }));
    expect(await scopes(twice.id)).toEqual({ scopes: ['runs:read'] });
  });

  it.each<[string, 'member' | 'admin', KeyScope[] | 'token', KeyScope[], number]>([
    ['a member', 'member', 'token', ['admin'], 403],
    ['an admin', 'admin', 'token', ['admin'], 201],
    ['a key', 'member', ['runs:write', 'runs:read'], ['runs:read'], 201],
    ['a key', 'member', ['runs:write', 'runs:read'], ['runs:cancel'], 403],
    ["an admin's key", 'admin', ['runs:write'], ['admin'], 403],
    ["an admin's admin key", 'admin', ['admin'], ['runs:cancel', 'admin'], 201],
    ['a read-only key', 'member', ['runs:read'], ['runs:read'], 403],
  ])('I11: %s (%s, %j) asking for %j: %i', async (_, role, scopes, wanted, status) => {
    const person = role === 'admin' ? admin : ann;
    const sent = scopes === 'token' ? { as: person } : { key: await createKey(gateway, person, scopes) };
    const answer = await create(sent, { label: 'wanted', scopes: wanted });
    expectContract('createApiKey', answer);
    expect(answer.status).toBe(status);
  });

  it.each([
    [{}],
    [{ label: '' }],
    [{ label: 'x', scopes: [] }],
    [{ label: 'x', scopes: ['root'] }],
    [{ label: 3 }],
  ])('refuse %j', async (body) => {
    const answer = await create({ as: ann }, body);
    expectContract('createApiKey', answer);
    expect(answer.status).toBe(400);
  });

  it('are revoked by their user, at once', async () => {
    const { id, key } = made(await create({ as: ann }, { label: 'to revoke' }));
    const remove = (sent: { as?: Person; key?: string }) =>
      call(gateway, 'DELETE', `/v1/api-keys/${id}`, sent);
    expect(await remove({ as: admin })).toMatchObject(NOT_FOUND);
    expect(await remove({ key: await createKey(gateway, ann, ['runs:write']) })).toMatchObject(FORBIDDEN);
    expect((await call(gateway, 'GET', '/v1/runs', { key })).status).toBe(200);
    const answer = await remove({ as: ann });
    expectContract('deleteApiKey', answer);
    expect(answer).toMatchObject({ status: 200, body: { ok: true } });
    expect((await call(gateway, 'GET', '/v1/runs', { key })).status).toBe(401);
    expect(await remove({ as: ann })).toMatchObject(NOT_FOUND);
  });
});

describe('the end of an API key', () => {
  const create = (sent: { as?: Person; key?: string }, body: object) =>
    call(gateway, 'POST', '/v1/api-keys', { ...sent, body: { label: 'ending', ...body } });
  const use = (key: string) => call(gateway, 'GET', '/v1/ping', { key });
  const inMs = (ms: number) => new Date(Date.now() + ms).toISOString();

  it('is shown, and from then on the key is as good as none', async () => {
    const expiresAt = inMs(60_000);
    const answer = await create({ as: ann }, { expiresAt });
    expectContract('createApiKey', answer);
    expect(answer).toMatchObject({ status: 201, body: { expiresAt } });
    const { id, key } = answer.body as { id: string; key: string };
    const listed = await call(gateway, 'GET', '/v1/api-keys', { as: ann });
    expect(listed.body).toContainEqual(expect.objectContaining({ id, expiresAt }));
    expect((await use(key)).status).toBe(200);
    await gateway.sql.rows('update api_keys set expires_at = clock_timestamp() where id = $1', [id]);
    expect(await use(key)).toMatchObject({ status: 401, body: { ok: false, error: 'unauthorized' } });
  });

  it('comes by the clock of the database', async () => {
    const answer = await create({ as: ann }, { expiresAt: inMs(60_000) });
    const { id, key } = answer.body as { id: string; key: string };
    expect((await use(key)).status).toBe(200);
    const soon = `update api_keys set expires_at = clock_timestamp() + interval '1 s' where id = $1`;
    await gateway.sql.rows(soon, [id]);
    await eventually(async () => expect((await use(key)).status).toBe(401));
  });

  it.each<[string, unknown]>([
    ['a time that is over', new Date(0).toISOString()],
    ['this moment', new Date().toISOString()],
    ['no time', 'soon'],
    ['a day that is not there', '2099-02-30T00:00:00Z'],
    ['a time without a zone', '2099-01-01T00:00:00'],
    ['a number', 4_102_444_800_000],
    ['an object', { $gt: '' }],
    ['null', null],
    ['a huge text', '9'.repeat(100_000)],
  ])('is not %s', async (_, expiresAt) => {
    const answer = await create({ as: ann }, { expiresAt });
    expectContract('createApiKey', answer);
    expect(answer).toMatchObject({ status: 400, body: { details: { issues: [{ path: 'expiresAt' }] } } });
  });

  it('says so in Spanish', async () => {
    const answer = await call(gateway, 'POST', '/v1/api-keys', {
      as: ann,
      body: { label: 'x', expiresAt: new Date(0).toISOString() },
      headers: { 'accept-language': 'es' },
    });
    expect(JSON.stringify(answer.body)).toContain('debe estar en el futuro');
  });

  it('I11: cannot be put off by a key that makes another one', async () => {
    const { key } = (await create({ as: ann }, { expiresAt: inMs(60_000) })).body as { key: string };
    expect(await create({ key }, {})).toMatchObject(FORBIDDEN);
    expect(await create({ key }, { expiresAt: inMs(61_000) })).toMatchObject(FORBIDDEN);
    expect((await create({ key }, { expiresAt: inMs(30_000) })).status).toBe(201);
  });
});

describe('the last use of an API key', () => {
  const lastUse = async (id: string) =>
    (
      await gateway.sql.row<{ last_used_at: Date | null }>(
        'select last_used_at from api_keys where id = $1',
        [id],
      )
    )?.last_used_at;

  it('is noted beside the requests, once a minute, and shown', async () => {
    const person = await createPerson(gateway);
    const made = await call(gateway, 'POST', '/v1/api-keys', { as: person, body: { label: 'used' } });
    const { id, key } = made.body as { id: string; key: string };
    expect(made.body).not.toHaveProperty('lastUsedAt');
    const requests = Array.from({ length: 20 }, () => call(gateway, 'GET', '/v1/ping', { key }));
    for (const { status } of await Promise.all(requests)) expect(status).toBe(200);
    const first = await eventually(async () => {
      const at = await lastUse(id);
      expect(at).toBeInstanceOf(Date);
      return at;
    });
    await call(gateway, 'GET', '/v1/ping', { key });
    expect(await lastUse(id)).toEqual(first);
    const listed = await call(gateway, 'GET', '/v1/api-keys', { as: person });
    expectContract('listApiKeys', listed);
    expect(listed.body).toMatchObject([{ id, lastUsedAt: first?.toISOString() }]);

    await gateway.sql.rows(
      `update api_keys set last_used_at = last_used_at - interval '61 seconds' where id = $1`,
      [id],
    );
    await call(gateway, 'GET', '/v1/ping', { key });
    await eventually(async () =>
      expect((await lastUse(id))?.getTime()).toBeGreaterThan(first?.getTime() ?? 0),
    );
  });

  it('fails no request when it cannot be noted, and the log says so', async () => {
    const person = await createPerson(gateway);
    const key = await createKey(gateway, person, ['runs:read']);
    await gateway.sql.rows(`
      create function refuse_use() returns trigger language plpgsql as $$ begin raise exception 'not now'; end $$`);
    await gateway.sql.rows(
      'create trigger refuse_use before update on api_keys for each row execute function refuse_use()',
    );
    expect((await call(gateway, 'GET', '/v1/ping', { key })).status).toBe(200);
    await eventually(() =>
      expect(gateway.lines.join('')).toContain('the last use of an API key could not be recorded'),
    );
    await gateway.sql.rows('drop trigger refuse_use on api_keys');
    expect((await call(gateway, 'GET', '/v1/ping', { key })).status).toBe(200);
  });
});
