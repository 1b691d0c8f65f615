import { expect, it } from 'vitest';
import { call, createKey, createPerson, useGateway } from '../fixture.ts';

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
