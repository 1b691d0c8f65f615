/* I11, I12: a start names only secrets that its project has, and takes the scope for that. */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  addMember,
  call,
  createKey,
  createPerson,
  expectContract,
  type Person,
  type Sent,
  useGateway,
} from '../fixture.ts';
import { addSecret } from './secrets.ts';

const gateway = await useGateway();

const ORIGINS = ['https://login.example.com'];
const put = (person: Person, name: string, body: unknown) =>
  call(gateway, 'PUT', `/v1/projects/${person.projectId}/secrets/${name}`, { as: person, body });

describe('a start that names secrets', () => {
  const flowOf = ({ projectId }: Person, ...values: string[]) => ({
    project: projectId,
    baseUrl: 'http://127.0.0.1:1',
    steps: [
      { action: 'goto', url: '/' },
      ...values.map((value) => ({ action: 'fill', selector: '#pw', value })),
    ],
  });
  const start = (body: unknown, sent: Sent) => call(gateway, 'POST', '/v1/run', { ...sent, body });

  it('is taken if the project has each of them, of its kind', async () => {
    const ann = await createPerson(gateway);
    await addSecret(gateway, ann.projectId, ann, 'shop');
    await put(ann, 'token', { kind: 'text', value: 'a token', origins: ORIGINS });
    await put(ann, 'code', {
      kind: 'totp',
      uri: 'otpauth://totp/x?secret=JBSWY3DPEHPK3PXP',
      origins: ORIGINS,
    });
    const named = [
      '${secrets.shop.username}',
      '${secrets.shop.password}',
      '${secrets.token}',
      '${totp.code}',
    ];
    const answer = await start(flowOf(ann, ...named), { as: ann });
    expectContract('startRun', answer);
    expect(answer.status).toBe(202);
  });

  it('I11: is refused at each place that names none, and one of another project is like none', async () => {
    const [ann, eve] = [await createPerson(gateway), await createPerson(gateway)];
    await addSecret(gateway, eve.projectId, eve, 'hers');
    await addSecret(gateway, ann.projectId, ann, 'shop');
    const named = ['${secrets.hers.password}', '${secrets.shop.password}', '${secrets.none}', '${totp.shop}'];
    const answer = await start(flowOf(ann, ...named), { as: ann });
    expectContract('startRun', answer);
    const message = 'names a secret that this project does not have, or has of another kind';
    expect(answer).toMatchObject({
      status: 400,
      body: {
        details: { issues: ['1', '3', '4'].map((step) => ({ path: `steps.${step}.value`, message })) },
      },
    });
  });

  it('takes the scope secrets:use, which a key has only if it is asked for; a rerun, too', async () => {
    const ann = await createPerson(gateway);
    await addSecret(gateway, ann.projectId, ann, 'shop');
    const body = flowOf(ann, '${secrets.shop.password}');
    const { body: made } = await call(gateway, 'POST', '/v1/api-keys', { as: ann, body: { label: 'usual' } });
    const usual = (made as { key: string }).key;
    const may = await createKey(gateway, ann, ['runs:read', 'runs:write', 'secrets:use']);
    expect(await start(body, { key: usual })).toMatchObject({ status: 403 });
    const started = await start(body, { key: may });
    expect(started.status).toBe(202);
    const rerun = `/v1/runs/${(started.body as { id: string }).id}/rerun`;
    expect(await call(gateway, 'POST', rerun, { key: usual, body: {} })).toMatchObject({ status: 403 });
    expect(await call(gateway, 'POST', rerun, { key: may, body: {} })).toMatchObject({ status: 202 });
  });

  it('takes that scope, too, to keep such a flow under a name, which decides what is typed', async () => {
    const ann = await createPerson(gateway);
    const [usual, may] = [
      await createKey(gateway, ann, ['runs:read', 'runs:write']),
      await createKey(gateway, ann, ['runs:read', 'runs:write', 'secrets:use']),
    ];
    const { project: _, ...flow } = flowOf(ann, '${secrets.shop.password}');
    const path = `/v1/projects/${ann.projectId}/flows/order`;
    const put = (key: string, query = '') => call(gateway, 'PUT', `${path}${query}`, { key, body: { flow } });
    const restore = (key: string, body = {}) => call(gateway, 'POST', `${path}/restore`, { key, body });
    for (const query of ['', '?dryRun']) expect(await put(usual, query)).toMatchObject({ status: 403 });
    expect(await call(gateway, 'GET', path, { as: ann })).toMatchObject({ status: 404 });
    expect(await put(may)).toMatchObject({ status: 201 });
    const without = { ...flow, steps: [{ action: 'goto', url: '/' }] };
    expect(await call(gateway, 'PUT', path, { key: usual, body: { flow: without } })).toMatchObject({
      status: 201,
    });
    expect(await restore(usual, { version: 1 })).toMatchObject({ status: 403 });
    expect(await restore(usual)).toMatchObject({ status: 200 });
    expect(await restore(may, { version: 1 })).toMatchObject({ status: 201 });
    await call(gateway, 'DELETE', path, { key: usual });
    expect(await restore(usual)).toMatchObject({ status: 403 });
    expect(await restore(may)).toMatchObject({ status: 200, body: { version: 3, restored: true } });
  });

  it('is repeated by another operator without giving anything again: what a flow names is no secret of its writer', async () => {
    const [ann, bob] = [await createPerson(gateway), await createPerson(gateway)];
    await addMember(gateway, ann.projectId, bob, 'operator');
    await addSecret(gateway, ann.projectId, ann, 'shop');
    const started = await start(flowOf(ann, '${secrets.shop.password}'), { as: ann });
    const id = (started.body as { id: string }).id;
    expect(await call(gateway, 'POST', `/v1/runs/${id}/rerun`, { as: bob, body: {} })).toMatchObject({
      status: 202,
    });
  });

  it('I12: is answered as before if it is repeated after its secret was deleted', async () => {
    const ann = await createPerson(gateway);
    await addSecret(gateway, ann.projectId, ann, 'shop');
    const sent = { as: ann, headers: { 'idempotency-key': randomUUID() } };
    const body = flowOf(ann, '${secrets.shop.password}');
    const first = await start(body, sent);
    await call(gateway, 'DELETE', `/v1/projects/${ann.projectId}/secrets/shop`, { as: ann });
    const again = await start(body, sent);
    expect(again).toMatchObject({ status: 202, body: { id: (first.body as { id: string }).id } });
    expect(await start(body, { as: ann })).toMatchObject({ status: 400 });
  });
});
