import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KeyScope } from '#shared/contract/roles.ts';
import {
  call,
  createKey,
  createPerson,
  expectContract,
  type Person,
  startGateway,
  type TestGateway,
} from './fixture.ts';

let gateway: TestGateway;
let ann: Person;
let admin: Person;

beforeAll(async () => {
  gateway = await startGateway();
  ann = await createPerson(gateway);
  admin = await createPerson(gateway, 'admin');
});
afterAll(() => gateway.close());

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
