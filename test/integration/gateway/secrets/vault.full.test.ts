/* I17: a secret is sealed for one row and for the runners, and no answer has its value. */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Secret, SecretUse } from '#shared/api/contract/secrets/secrets.ts';
import { readPrivateKeys } from '#shared/platform/seal/keys.ts';
import { open } from '#shared/platform/seal/seal.ts';
import {
  addMember,
  call,
  createPerson,
  expectContract,
  type Person,
  SEAL_KEY,
  type Sent,
  startGateway,
  useGateway,
} from '../fixture.ts';
import { addSecret, addUse } from './secrets.ts';

const gateway = await useGateway({ config: { GHOSTLY_MAX_SECRETS_PER_PROJECT: 5 } });
const keys = await readPrivateKeys(SEAL_KEY);

const ORIGINS = ['https://login.example.com'];
const pathOf = ({ projectId }: Person, end = '') => `/v1/projects/${projectId}/secrets${end}`;
const put = (person: Person, name: string, body: unknown, sent: Sent = { as: person }) =>
  call(gateway, 'PUT', pathOf(person, `/${name}`), { ...sent, body });
const list = async (person: Person, end = ''): Promise<Secret[]> =>
  (await call(gateway, 'GET', pathOf(person, end), { as: person })).body as Secret[];

interface Row {
  id: string;
  project_id: string;
  name: string;
  kind: string;
  version: number;
  origins: string[];
  sealed: string;
}
const rowsOf = ({ projectId }: Person): Promise<(Row & Record<string, unknown>)[]> =>
  gateway.sql.rows('select * from secrets where project_id = $1 order by name', [projectId]);
const openRow = (row: Row) => open(keys, { ...row, projectId: row.project_id }, row.sealed);

describe('a secret', () => {
  it.each([
    [{ kind: 'text', value: 'tr0ub4dor' }, { value: 'tr0ub4dor' }],
    [
      { kind: 'login', username: 'ann', password: ' spaces stay ' },
      { username: 'ann', password: ' spaces stay ' },
    ],
    [
      { kind: 'totp', uri: 'otpauth://totp/Shop:ann?secret=jbswy3dpehpk3pxp&issuer=Shop' },
      { uri: expect.stringMatching(/^otpauth:\/\/totp\/Shop:ann\?.*secret=JBSWY3DPEHPK3PXP/) },
    ],
  ])('of any kind is sealed for the runners, and no answer has its value: %j', async (body, value) => {
    const ann = await createPerson(gateway);
    const answer = await put(ann, 'shop', { ...body, origins: ORIGINS });
    expectContract('putSecret', answer);
    expect(answer).toMatchObject({
      status: 200,
      body: { name: 'shop', kind: body.kind, version: 1, origins: ORIGINS, updatedBy: ann.email },
    });
    const [row] = await rowsOf(ann);
    expect(await openRow(row!)).toEqual(value);
    const listed = await call(gateway, 'GET', pathOf(ann), { as: ann });
    expectContract('listSecrets', listed);
    expect(listed.body).toEqual([answer.body]);
    for (const one of Object.values(body).filter((part) => part !== body.kind))
      expect(JSON.stringify([answer.body, listed.body])).not.toContain(one);
  });

  it('gets a new version with each value, and may become another kind', async () => {
    const ann = await createPerson(gateway);
    await put(ann, 'shop', { kind: 'text', value: 'first', origins: ORIGINS, note: 'old' });
    const { body } = await put(ann, 'shop', {
      kind: 'login',
      username: 'ann',
      password: 'second',
      origins: [
        'http://localhost:8080',
        'https://EXAMPLE.com:443/',
        'https://example.com',
        'https://bücher.de',
      ],
    });
    expect(body).toMatchObject({
      version: 2,
      kind: 'login',
      note: '',
      origins: ['http://localhost:8080', 'https://example.com', 'https://xn--bcher-kva.de'],
    });
    const [row, ...others] = await rowsOf(ann);
    expect(others).toEqual([]);
    expect(await openRow(row!)).toEqual({ username: 'ann', password: 'second' });
  });

  it('that is to be new is stored for one of those who give it at once, and writes over none', async () => {
    const ann = await createPerson(gateway);
    const given = (value: string) => ({ kind: 'text', value, origins: ORIGINS });
    const sent = { as: ann, headers: { 'if-none-match': '*' } };
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, n) => put(ann, 'shop', given(`value ${n}`), sent)),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array(7).fill(412)]);
    const refused = answers.find(({ status }) => status === 412)!;
    expectContract('putSecret', refused);
    expect(refused.body).toMatchObject({ error: 'there is a secret with this name already' });
    const [row] = await rowsOf(ann);
    expect(row?.version).toBe(1);
    const stored = answers.findIndex(({ status }) => status === 200);
    expect(await openRow(row!)).toEqual({ value: `value ${stored}` });
    expect(
      (await put(ann, 'shop', given('another'), { as: ann, headers: { 'if-none-match': '"1"' } })).status,
    ).toBe(400);
  });

  it('is deleted, and begins anew after that', async () => {
    const ann = await createPerson(gateway);
    const name = await addSecret(gateway, ann.projectId, ann);
    const deleted = await call(gateway, 'DELETE', pathOf(ann, `/${name}`), { as: ann });
    expectContract('deleteSecret', deleted);
    expect(deleted.status).toBe(200);
    expect(await list(ann)).toEqual([]);
    expect(await call(gateway, 'DELETE', pathOf(ann, `/${name}`), { as: ann })).toMatchObject({
      status: 404,
    });
  });

  it('goes with its project', async () => {
    const ann = await createPerson(gateway);
    await addSecret(gateway, ann.projectId, ann);
    const { status } = await call(gateway, 'DELETE', `/v1/projects/${ann.projectId}`, { as: ann });
    expect(status).toBe(200);
    expect(await rowsOf(ann)).toEqual([]);
  });

  it('stays when the user who gave it is deleted, and no longer names them', async () => {
    const [ann, bob] = [await createPerson(gateway), await createPerson(gateway)];
    const admin = await createPerson(gateway, 'admin');
    await addMember(gateway, ann.projectId, bob, 'owner');
    await put(ann, 'shop', { kind: 'text', value: 'given by bob', origins: ORIGINS }, { as: bob });
    expect(await list(ann)).toMatchObject([{ updatedBy: bob.email }]);
    await call(gateway, 'DELETE', `/v1/users/${bob.userId}`, { as: admin });
    const [secret] = await list(ann);
    expect(secret).toMatchObject({ name: 'shop', version: 1 });
    expect(secret).not.toHaveProperty('updatedBy');
  });

  it('I17: does not open in another row: of another project, name, kind or version', async () => {
    const [ann, eve] = [await createPerson(gateway), await createPerson(gateway)];
    await put(ann, 'shop', { kind: 'login', username: 'ann', password: 'hers alone', origins: ORIGINS });
    for (const person of [ann, eve])
      await put(person, 'other', {
        kind: 'login',
        username: 'eve',
        password: 'of eve',
        origins: ['https://eve.test'],
      });
    await put(ann, 'text', { kind: 'text', value: 'of a text', origins: ORIGINS });
    const [, shop, text] = await rowsOf(ann);
    expect(await openRow(shop!)).toEqual({ username: 'ann', password: 'hers alone' });
    // A writer of the database puts her value where theirs is.
    await gateway.sql.rows('update secrets set sealed = $1 where id <> $2', [shop!.sealed, shop!.id]);
    await gateway.sql.rows('update secrets set version = 2 where id = $1', [shop!.id]);
    const rows = [...(await rowsOf(ann)), ...(await rowsOf(eve))];
    expect(rows).toHaveLength(4);
    expect(text).toBeDefined();
    for (const row of rows) await expect(openRow(row)).rejects.toMatchObject({ code: 'wrong_place' });
  });
});

describe('what is put', () => {
  const TEXT = { kind: 'text', value: 'a value', origins: ORIGINS };
  const TOTP = { kind: 'totp', origins: ORIGINS };
  it.each([
    ['a short value', { ...TEXT, value: 'ab' }, 'value'],
    ['a long value', { ...TEXT, value: 'a'.repeat(4_097) }, 'value'],
    ['no origin', { ...TEXT, origins: [] }, 'origins'],
    [
      'more origins than 20',
      { ...TEXT, origins: Array.from({ length: 21 }, (_, n) => `https://${n}.de`) },
      'origins',
    ],
    ['a path', { ...TEXT, origins: ['https://example.com/login'] }, 'origins.0'],
    ['a query', { ...TEXT, origins: ['https://example.com?'] }, 'origins.0'],
    ['credentials', { ...TEXT, origins: ['https://a:b@example.com'] }, 'origins.0'],
    ['a host alone', { ...TEXT, origins: ['example.com'] }, 'origins.0'],
    ['another scheme', { ...TEXT, origins: ['ftp://example.com'] }, 'origins.0'],
    ['a wildcard', { ...TEXT, origins: ['https://*.example.com/*'] }, 'origins.0'],
    ['another kind', { ...TEXT, kind: 'passkey' }, 'kind'],
    ['what it does not know', { ...TEXT, origin: 'https://example.com' }, ''],
    ['no password', { kind: 'login', username: 'ann', origins: ORIGINS }, 'password'],
    ['a counter', { ...TOTP, uri: 'otpauth://hotp/x?secret=JBSWY3DPEHPK3PXP&counter=1' }, 'uri'],
    ['five digits', { ...TOTP, uri: 'otpauth://totp/x?secret=JBSWY3DPEHPK3PXP&digits=5' }, 'uri'],
    ['a short period', { ...TOTP, uri: 'otpauth://totp/x?secret=JBSWY3DPEHPK3PXP&period=10' }, 'uri'],
    ['no seed', { ...TOTP, uri: 'otpauth://totp/x' }, 'uri'],
    ['a seed alone', { ...TOTP, uri: 'JBSWY3DPEHPK3PXP' }, 'uri'],
  ])('is refused with %s, and the answer names the field', async (_, body, path) => {
    const ann = await createPerson(gateway);
    const answer = await put(ann, 'shop', body);
    expectContract('putSecret', answer);
    expect(answer.status).toBe(400);
    const { issues } = (answer.body as { details: { issues: { path: string; message: string }[] } }).details;
    expect(issues.map((issue) => issue.path)).toEqual([path]);
    expect(await rowsOf(ann)).toEqual([]);
  });

  it.each(['1shop', 'a.b', 'shop name', 'sch%C3%B6n', 'a'.repeat(65), '__proto__'])(
    'has a name that a template can hold: not %s',
    async (name) => {
      const ann = await createPerson(gateway);
      const answer = await put(ann, encodeURIComponent(decodeURIComponent(name)), TEXT);
      expect(answer).toMatchObject({ status: 400, body: { details: { issues: [{ path: 'name' }] } } });
    },
  );

  it('is not taken without a key, which the answer says, in both languages', async () => {
    await using without = await startGateway({ config: { GHOSTLY_SEAL_PUBLIC_KEY: undefined } });
    const ann = await createPerson(without);
    for (const [method, end, body] of [
      ['PUT', '/shop', TEXT],
      ['GET', '', undefined],
    ] as const) {
      const path = pathOf(ann, end);
      const answer = await call(without, method, path, { as: ann, body });
      expect(answer).toMatchObject({
        status: 501,
        body: { error: 'this server takes no secrets: set GHOSTLY_SEAL_PUBLIC_KEY' },
      });
      const headers = { 'accept-language': 'es' };
      const { body: spanish } = await call(without, method, path, { as: ann, body, headers });
      expect(spanish).toMatchObject({ error: expect.stringContaining('no admite secretos') });
    }
  });

  it('has a limit for each project, which does not count new values', async () => {
    const ann = await createPerson(gateway);
    for (const n of [1, 2, 3, 4, 5]) expect(await put(ann, `s${n}`, TEXT)).toMatchObject({ status: 200 });
    const refused = await put(ann, 's6', TEXT);
    expectContract('putSecret', refused);
    expect(refused).toMatchObject({ status: 400, body: { error: 'too many secrets: delete one first' } });
    expect(await put(ann, 's5', TEXT)).toMatchObject({ status: 200, body: { version: 2 } });
  });

  it('is one value after the other if many come at once: versions without a gap, each with its own value', async () => {
    const ann = await createPerson(gateway);
    const values = Array.from({ length: 20 }, (_, n) => `value number ${n}`);
    const answers = await Promise.all(values.map((value) => put(ann, 'shop', { ...TEXT, value })));
    const versions = answers.map(({ body }) => (body as Secret).version);
    expect(versions.toSorted((a, b) => a - b)).toEqual(values.map((_, n) => n + 1));
    const [row] = await rowsOf(ann);
    expect(row!.version).toBe(20);
    expect(await openRow(row!)).toEqual({ value: values[versions.indexOf(20)] });
  });
});

describe('the list', () => {
  it('comes in pages, by name, each secret once', async () => {
    const ann = await createPerson(gateway);
    const names = ['Zed', 'a1', 'b', 'c', 'd_x'];
    for (const name of names) await addSecret(gateway, ann.projectId, ann, name);
    const seen: string[] = [];
    for (let path: string | undefined = pathOf(ann, '?limit=2'); path !== undefined; ) {
      const { body, headers } = await call(gateway, 'GET', path, { as: ann });
      seen.push(...(body as Secret[]).map(({ name }) => name));
      path = /<([^>]+)>/.exec(headers.get('link') ?? '')?.[1];
    }
    expect(seen).toHaveLength(5);
    expect(new Set(seen)).toEqual(new Set(names));
  });

  it('says when, by whom and by which run a secret was used', async () => {
    const ann = await createPerson(gateway);
    const name = await addSecret(gateway, ann.projectId, ann);
    const run = randomUUID();
    await gateway.sql.rows(
      `update secrets set last_used_at = clock_timestamp(), last_used_by = $1, last_used_run = $2 where project_id = $3`,
      [ann.userId, run, ann.projectId],
    );
    const [secret] = await list(ann);
    expect(secret).toMatchObject({
      name,
      lastUsedBy: ann.email,
      lastUsedRun: run,
      lastUsedAt: expect.any(String),
    });
  });
});

describe('the uses of a secret', () => {
  const usesOf = async (person: Person, path: string) => {
    const answer = await call(gateway, 'GET', path, { as: person });
    expectContract('listSecretUses', answer);
    return { ...answer, uses: answer.body as SecretUse[] };
  };

  it('come newest first, in pages, and stay when it is deleted', async () => {
    const [ann, bob] = [await createPerson(gateway), await createPerson(gateway)];
    const name = await addSecret(gateway, ann.projectId, ann);
    expect((await usesOf(ann, pathOf(ann, `/${name}/uses`))).uses).toEqual([]);
    const runs = Array.from({ length: 5 }, () => randomUUID());
    for (const runId of runs) await addUse(gateway, ann.projectId, { name, runId, userId: bob.userId });
    await call(gateway, 'DELETE', pathOf(ann, `/${name}`), { as: ann });
    const seen: SecretUse[] = [];
    for (let path: string | undefined = pathOf(ann, `/${name}/uses?limit=2`); path !== undefined; ) {
      const { uses, headers } = await usesOf(ann, path);
      seen.push(...uses);
      path = /<([^>]+)>/.exec(headers.get('link') ?? '')?.[1];
    }
    expect(seen.map(({ runId }) => runId)).toEqual(runs.toReversed());
    expect(seen[0]).toMatchObject({
      phase: 'flow',
      stepIndex: 1,
      origin: 'https://login.example.com',
      version: 1,
      user: bob.email,
    });
  });

  it('are those of this project and this name alone', async () => {
    const [ann, eve] = [await createPerson(gateway), await createPerson(gateway)];
    for (const { projectId, userId } of [ann, eve]) {
      const name = await addSecret(gateway, projectId, { userId });
      await addUse(gateway, projectId, { name, runId: randomUUID(), userId });
    }
    const { uses } = await usesOf(ann, pathOf(ann, '/shop_login/uses'));
    expect(uses.map(({ user }) => user)).toEqual([ann.email]);
    expect(await call(gateway, 'GET', pathOf(ann, '/other/uses'), { as: ann })).toMatchObject({
      status: 404,
    });
  });
});
