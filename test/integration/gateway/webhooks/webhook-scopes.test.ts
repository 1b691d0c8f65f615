/* I11: webhooks take scopes of their own, and that they fail is shown to those who may read them. */
import { expect, it } from 'vitest';
import { addMember, call, createKey, createPerson, type Person, useGateway } from '../fixture.ts';
import { addWebhook } from './webhooks.ts';

const gateway = await useGateway();
const ann = await createPerson(gateway);
const webhooks = `/v1/projects/${ann.projectId}/webhooks`;

it('I11: webhooks take scopes of their own, and an owner', async () => {
  const body = { url: 'https://a.test/' };
  const keyOf = async (...scopes: Parameters<typeof createKey>[2]) => ({
    key: await createKey(gateway, ann, scopes),
  });
  const [runs, read, write] = [
    await keyOf('runs:read', 'runs:write', 'runs:cancel'),
    await keyOf('webhooks:read'),
    await keyOf('webhooks:write'),
  ];
  const statuses = async (by: { key: string }) => {
    const made = await call(gateway, 'POST', webhooks, { ...by, body });
    return [(await call(gateway, 'GET', webhooks, by)).status, made.status];
  };
  expect(await statuses(runs)).toEqual([403, 403]);
  expect(await statuses(read)).toEqual([200, 403]);
  expect(await statuses(write)).toEqual([403, 201]);
  const asked = { label: 'more', scopes: ['webhooks:write'] };
  const granted = await call(gateway, 'POST', '/v1/api-keys', { ...runs, body: asked });
  expect(granted.status).toBe(403);
  const plain = await call(gateway, 'POST', '/v1/api-keys', { as: ann, body: { label: 'plain' } });
  expect(plain.body).toMatchObject({ scopes: ['runs:read', 'runs:write', 'runs:cancel'] });
});

it('I11: that webhooks fail is shown to those who may read them, on a run and in the system, by one rule', async () => {
  const [owner, viewer, admin] = [
    await createPerson(gateway),
    await createPerson(gateway),
    await createPerson(gateway, 'admin'),
  ];
  await addMember(gateway, owner.projectId, viewer, 'viewer');
  const { webhook, run } = await addWebhook(gateway, owner.projectId, owner);
  const fails = (failures: number) =>
    gateway.sql.rows('update webhooks set failures = $2, last_status = 500 where id = $1', [
      webhook,
      failures,
    ]);
  const shownTo = async (by: { as: Person } | { key: string }) => {
    const read = (path: string) => call(gateway, 'GET', path, by);
    const [{ body: ofRun }, { body: ofSystem }] = [await read(`/v1/runs/${run}`), await read('/v1/system')];
    const shown = [ofRun, ofSystem] as { webhooks?: object }[];
    return shown.map(({ webhooks: failing }) => failing);
  };
  const keyOf = async (person: Person, ...scopes: Parameters<typeof createKey>[2]) => ({
    key: await createKey(gateway, person, scopes),
  });
  const nothing = { failing: 0, disabled: 0, waiting: 0 };
  const failing = [
    { failing: 1, waiting: 1, lastStatus: 500 },
    { ...nothing, failing: 1, waiting: 1 },
  ];

  await fails(1);
  expect(await shownTo({ as: owner })).toEqual([undefined, nothing]);
  await fails(3);
  expect(await shownTo({ as: owner })).toEqual(failing);
  expect(await shownTo(await keyOf(owner, 'runs:read', 'webhooks:read'))).toEqual(failing);
  expect(await shownTo(await keyOf(admin, 'admin'))).toEqual(failing);
  expect(await shownTo(await keyOf(owner, 'runs:read'))).toEqual([undefined, undefined]);
  for (const as of [viewer, admin]) expect(await shownTo({ as })).toEqual([undefined, nothing]);
});
