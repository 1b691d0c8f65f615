/* I11: a caller reads, watches and cancels another's run only as role and scopes allow, with valid credentials. */
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { KeyScope } from '#shared/api/contract/accounts/roles.ts';
import {
  addMember,
  call,
  createKey,
  createPerson,
  expectContract,
  type Sent,
  startRun,
  useGateway,
} from '../fixture.ts';

const gateway = await useGateway();
const owner = await createPerson(gateway);
const [operator, viewer, stranger] = [
  await createPerson(gateway),
  await createPerson(gateway),
  await createPerson(gateway),
];
const people = { owner, operator, viewer, stranger, admin: await createPerson(gateway, 'admin') };
await addMember(gateway, owner.projectId, operator, 'operator');
await addMember(gateway, owner.projectId, viewer, 'viewer');

const ALL: KeyScope[] = ['runs:read', 'runs:write', 'runs:cancel', 'admin'];
const refused = (error: string) => ({ status: 401, body: { ok: false, error } });
const UNAUTHORIZED = refused('unauthorized');
const INVALID_KEY = refused('invalid API key');
const INVALID_TOKEN = refused('invalid or expired token');
const EXPIRED = refused('session expired, please log in again');

describe('I11: what a caller may do with a run of another user', () => {
  type Name = keyof typeof people;
  it.each<[Name, KeyScope[] | 'token', read: number, cancel: number]>([
    ['owner', 'token', 200, 200],
    ['operator', 'token', 200, 200],
    ['viewer', 'token', 200, 403],
    ['stranger', 'token', 404, 404],
    ['admin', 'token', 200, 403],
    ['owner', ['runs:read'], 200, 403],
    ['owner', ['runs:write'], 403, 403],
    ['stranger', ['runs:read', 'runs:cancel'], 404, 404],
    ['admin', ALL, 200, 200],
  ])(
    '%s with %j: read %i, cancel %i, and stream and artifacts like reading',
    async (name, scopes, read, cancel) => {
      const person = people[name];
      const id = await startRun(gateway, owner);
      await writeFile(join(await gateway.artifactFolder(id), '1-0.png'), 'picture');
      const sent: Sent =
        scopes === 'token' ? { as: person } : { key: await createKey(gateway, person, scopes) };

      const detail = await call(gateway, 'GET', `/v1/runs/${id}`, sent);
      expectContract('readRun', detail);
      expect(detail.status).toBe(read);
      expect((await call(gateway, 'GET', `/artifacts/${id}/1-0.png`, sent)).status).toBe(read);
      expect(await streamStatus(id, sent)).toBe(read);

      const answer = await call(gateway, 'POST', `/v1/runs/${id}/cancel`, sent);
      expectContract('cancelRun', answer);
      expect(answer.status).toBe(cancel);
      if (cancel === 403) expect(answer.body).toEqual({ ok: false, error: 'forbidden' });
      if (cancel === 404) expect(answer.body).toEqual({ ok: false, error: 'not found' });
      if (cancel === 200) expect(answer.body).toEqual({ ok: true, id, status: 'cancelling' });
      const row = await gateway.sql.row<{ shown_status: string }>(
        'select shown_status from runs where id = $1',
        [id],
      );
      expect(row?.shown_status).toBe(cancel === 200 ? 'cancelling' : 'running');
    },
  );

  it.each([
    () => randomUUID(),
    () => 'nonsense',
    () => '%00',
    () => '%E0%A4%A',
    () => '..%2F..',
    () => '1'.repeat(3_000),
  ])('an id that is none is not found', async (id) => {
    for (const [method, path] of [
      ['GET', `/v1/runs/${id()}`],
      ['POST', `/v1/runs/${id()}/cancel`],
      ['GET', `/v1/runs/${id()}/events/stream`],
      ['GET', `/artifacts/${id()}/1-0.png`],
    ] as const)
      expect(await call(gateway, method, path, { as: owner })).toMatchObject({
        status: 404,
        body: { ok: false, error: path.endsWith('/stream') ? 'run not found' : 'not found' },
      });
  });

  it('answers in the language of the caller', async () => {
    const path = `/v1/runs/${randomUUID()}`;
    const errors = [];
    for (const language of ['es', 'en', '*', 'fr'])
      errors.push(
        (
          (await call(gateway, 'GET', path, { as: owner, headers: { 'accept-language': language } }))
            .body as { error: string }
        ).error,
      );
    expect(errors).toEqual(['no encontrado', 'not found', 'not found', 'not found']);
  });

  it('says that a run is over, in the words of the contract', async () => {
    const id = await startRun(gateway, owner);
    await gateway.sql.rows(
      `update runs set status = 'pass', state = 'pass', finished_at = clock_timestamp() where id = $1`,
      [id],
    );
    const cancel = (headers = {}) => call(gateway, 'POST', `/v1/runs/${id}/cancel`, { as: owner, headers });
    expect(await cancel()).toMatchObject({ status: 409, body: { ok: false, error: 'run ya finalizó' } });
    expect((await cancel({ 'accept-language': 'en' })).body).toEqual({
      ok: false,
      error: 'run already finished',
    });
  });
});

describe('credentials', () => {
  const me = (sent: Sent) => call(gateway, 'GET', '/v1/auth/me', sent);
  const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

  it.each<[string, () => Sent, object]>([
    ['none', () => ({}), UNAUTHORIZED],
    ['an unknown key', () => ({ key: `gly_${'a'.repeat(43)}` }), INVALID_KEY],
    ['a malformed key', () => ({ key: 'gly_short' }), INVALID_KEY],
    ['a malformed token', () => bearer('nonsense'), INVALID_TOKEN],
    ['a token with another signature', () => bearer(`${owner.token.slice(0, -4)}AAAA`), INVALID_TOKEN],
    ['a key as bearer', () => bearer(`gly_${'a'.repeat(43)}`), INVALID_TOKEN],
    ['another scheme', () => ({ headers: { authorization: 'Basic YTpi' } }), UNAUTHORIZED],
  ])('%s: 401', async (_, sent, refusal) => {
    const answer = await me(sent());
    expectContract('me', answer);
    expect(answer).toMatchObject(refusal);
  });

  it('tell a caller with a key what the key may do, and one with a token nothing of keys', async () => {
    const key = await createKey(gateway, people.viewer, ['runs:read', 'runs:cancel']);
    const answer = await me({ key });
    expectContract('me', answer);
    expect(answer.body).toMatchObject({
      user: { id: people.viewer.userId },
      key: { scopes: ['runs:read', 'runs:cancel'] },
    });
    expect((await me({ as: people.viewer })).body).not.toHaveProperty('key');
  });

  it('the token decides when both come', async () => {
    const key = await createKey(gateway, people.viewer, ['runs:read']);
    expect((await me({ as: owner, key })).body).toMatchObject({ user: { id: owner.userId } });
    expect(await me({ key, ...bearer('nonsense') })).toMatchObject(INVALID_TOKEN);
    expect((await me({ key })).body).toMatchObject({ user: { id: people.viewer.userId } });
  });

  it('a token in the query counts on streams and artifacts alone', async () => {
    const id = await startRun(gateway, owner);
    await writeFile(join(await gateway.artifactFolder(id), '1-0.png'), 'picture');
    const token = `?token=${owner.token}`;
    expect((await call(gateway, 'GET', `/artifacts/${id}/1-0.png${token}`)).status).toBe(200);
    expect(await streamStatus(id, {}, token)).toBe(200);
    expect(await call(gateway, 'GET', `/v1/runs/${id}${token}`)).toMatchObject(UNAUTHORIZED);
    expect(await call(gateway, 'POST', `/v1/runs/${id}/cancel${token}`)).toMatchObject(UNAUTHORIZED);
    for (const bad of ['?token=', '?token=a.b.c', `?token=${owner.token}&token=${owner.token}`])
      expect(await call(gateway, 'GET', `/artifacts/${id}/1-0.png${bad}`)).toMatchObject(UNAUTHORIZED);
    expect(gateway.lines.join('')).not.toContain(owner.token);
  });

  it('of a deleted user or key stop working at once', async () => {
    const person = await createPerson(gateway);
    const [kept, revoked] = [
      await createKey(gateway, person, ['runs:read']),
      await createKey(gateway, person, ['runs:read']),
    ];
    expect((await me({ key: revoked })).status).toBe(200);
    await gateway.sql.rows('delete from api_keys where user_id = $1 and prefix = $2', [
      person.userId,
      revoked.slice(0, 8),
    ]);
    expect(await me({ key: revoked })).toMatchObject(INVALID_KEY);
    expect((await me({ key: kept })).status).toBe(200);
    expect((await me({ as: person })).status).toBe(200);
    await gateway.sql.rows('delete from users where id = $1', [person.userId]);
    expect(await me({ key: kept })).toMatchObject(INVALID_KEY);
    expect(await me({ as: person })).toMatchObject(EXPIRED);
  });

  it('without the scope that an endpoint needs: 403', async () => {
    const key = await createKey(gateway, owner, ['runs:cancel']);
    for (const [method, path] of [
      ['GET', '/v1/runs'],
      ['POST', '/v1/run'],
      ['POST', '/v1/projects'],
      ['POST', '/v1/api-keys'],
    ] as const)
      expect(
        await call(gateway, method, path, { key, ...(method === 'POST' && { body: {} }) }),
      ).toMatchObject({
        status: 403,
        body: { ok: false, error: 'forbidden' },
      });
    expect((await call(gateway, 'GET', '/v1/projects', { key })).status).toBe(200);
  });
});

async function streamStatus(id: string, { as, key }: Sent, query = ''): Promise<number> {
  const abort = new AbortController();
  const response = await fetch(`${gateway.url}/v1/runs/${id}/events/stream${query}`, {
    signal: abort.signal,
    headers: {
      ...(as && { authorization: `Bearer ${as.token}` }),
      ...(key !== undefined && { 'x-api-key': key }),
    },
  });
  abort.abort();
  return response.status;
}
