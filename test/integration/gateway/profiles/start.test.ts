/* I11: a start with a login profile has the steps, times and key of its login, for those who may start runs. */
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { addMember, call, createPerson, expectContract, FLOW, type Person, useGateway } from '../fixture.ts';
import { addSecret } from '../secrets/secrets.ts';

const gateway = await useGateway();
const ann = await createPerson(gateway);
const viewer = await createPerson(gateway);
await addMember(gateway, ann.projectId, viewer, 'viewer');
const SITE = 'https://shop.example.com';
const TOTP = 'otpauth://totp/Shop:ann?secret=JBSWY3DPEHPK3PXP&issuer=Shop';
const path = (rest: string) => `/v1/projects/${ann.projectId}${rest}`;

async function put(rest: string, body: unknown): Promise<void> {
  const { status } = await call(gateway, 'PUT', path(rest), { as: ann, body });
  expect([200, 201]).toContain(status);
}
/** A flow that types a code after a password, and a profile that logs in with it. */
async function profile(steps?: object[]): Promise<string> {
  const name = `p${randomUUID().slice(0, 8)}`;
  await addSecret(gateway, ann.projectId, ann, 'shop');
  await put('/secrets/shop_code', { kind: 'totp', uri: TOTP, origins: [SITE] });
  const login = [
    { action: 'goto', url: '/login' },
    { action: 'fill', selector: '#password', value: '${secrets.shop.password}', timeoutMs: 2_000 },
    { action: 'fill', selector: '#code', value: '${totp.shop_code}' },
  ];
  await put(`/flows/${name}`, { flow: { baseUrl: SITE, defaultTimeoutMs: 20_000, steps: steps ?? login } });
  await put(`/profiles/${name}`, { check: { url: '/me', visible: '#me' }, login: { flow: name } });
  return name;
}

interface Answer {
  id: string;
  details?: { issues: { path: string; message: string }[] };
}
async function start(more: object, as: Person = ann, headers: Record<string, string> = {}) {
  const body = { ...FLOW(ann.projectId), baseUrl: SITE, ...more };
  const answer = await call(gateway, 'POST', '/v1/run', { as, body, headers });
  expectContract('startRun', answer);
  return { status: answer.status, body: answer.body as Answer };
}
const rowOf = async (id: string) =>
  (await gateway.sql.row<{ plan: { login?: object[]; steps: object[] }; key: string | null }>(
    'select plan, concurrency_key as key from runs where id = :id',
    { id },
  ))!;

test('what logs in has the times of its own flow, and a code the time to wait for the next one', async () => {
  const name = await profile();
  const { body } = await start({ profile: { name, save: 'on_pass', ifStale: 'login' } });
  const { plan, key } = await rowOf(body.id);
  expect(plan.login).toMatchObject([
    { action: 'goto', timeoutMs: 20_000 },
    { action: 'fill', selector: '#password', timeoutMs: 2_000 },
    { action: 'fill', selector: '#code', timeoutMs: 80_000 },
    { action: 'goto', url: '/me' },
    { action: 'waitForSelector', selector: '#me' },
  ]);
  expect(plan.steps).toHaveLength(FLOW(ann.projectId).steps.length);
  expect(key).toBe(`profile:${name}`);
});

test('what is wrong with it is named at its place, and not at that of another step', async () => {
  const name = await profile([{ action: 'fill', selector: '#code', value: '${secrets.none}' }]);
  const use = { name, ifStale: 'login' };
  const missing = await start({ profile: use });
  expect([missing.status, missing.body.details?.issues.map(({ path: at }) => at)]).toEqual([
    400,
    ['login.steps.0.value'],
  ]);
  const elsewhere = await profile([{ action: 'goto', url: `${SITE}/login` }]);
  const moved = await start({ baseUrl: 'https://staging.example.com', profile: { ...use, name: elsewhere } });
  expect([moved.status, moved.body.details?.issues.map(({ path: at }) => at)]).toEqual([
    400,
    ['login.steps.0.url'],
  ]);
});

test('a key that was used decides the answer, whatever has become of the profile', async () => {
  const name = await profile();
  const headers = { 'idempotency-key': randomUUID() };
  const first = await start({ profile: { name } }, ann, headers);
  expect(first.status).toBe(202);
  expect((await call(gateway, 'DELETE', path(`/profiles/${name}`), { as: ann })).status).toBe(200);
  expect((await start({ profile: { name } }, ann, headers)).body.id).toBe(first.body.id);
  expect((await start({ profile: { name } })).status).toBe(400);
});

test('a named flow may be started with a profile of the start, and cancels those before by its key', async () => {
  const name = await profile();
  const body = {
    project: ann.projectId,
    flow: { name },
    cancelPrevious: true,
    profile: { name, apply: false, save: 'on_pass' },
  };
  const answer = await call(gateway, 'POST', '/v1/run', { as: ann, body });
  expect(answer.status).toBe(202);
  expect((await rowOf((answer.body as Answer).id)).key).toBe(`profile:${name}`);
});

test('I11: who may not start runs sees no profile and starts nothing with one', async () => {
  const name = await profile();
  expect((await call(gateway, 'GET', path('/profiles'), { as: viewer })).status).toBe(403);
  expect((await start({ profile: { name } }, viewer)).status).toBe(403);
});
