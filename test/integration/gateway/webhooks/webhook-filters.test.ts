/* I10: the filter of a webhook is shown and can be changed, and no secret of a flow is in its messages. */
import { expect, it } from 'vitest';
import type { Delivery } from '#shared/api/contract/webhooks/webhook-deliveries.ts';
import type { Webhook } from '#shared/api/contract/webhooks/webhooks.ts';
import { call, createPerson, expectContract, useGateway } from '../fixture.ts';

const gateway = await useGateway();
const ann = await createPerson(gateway);
const webhooks = `/v1/projects/${ann.projectId}/webhooks`;

const add = (body: object) => call(gateway, 'POST', webhooks, { as: ann, body });

it('a filter is shown, in the order of lists, and changed by its fields', async () => {
  const made = await add({ url: 'https://a.test/', filter: { name: ' checkout ', labels: ['b', 'a', 'b'] } });
  expectContract('createWebhook', made);
  expect(made.body).toMatchObject({ filter: { name: 'checkout', labels: ['a', 'b'] } });
  const { id } = made.body as Webhook;
  const change = async (filter: object) =>
    (await call(gateway, 'PATCH', `${webhooks}/${id}`, { as: ann, body: { filter } })).body as Webhook;
  expect((await change({ labels: [] })).filter).toEqual({ name: 'checkout' });
  expect(await change({ name: '' })).not.toHaveProperty('filter');
  const unknown = await add({ url: 'https://a.test/', filter: { label: 'a' } });
  expect(unknown.status).toBe(400);
});

it('I10: no secret of a flow is in the name and labels that a webhook is sent', async () => {
  const { body } = await add({ url: 'https://a.test/' });
  const flow = {
    project: ann.projectId,
    baseUrl: 'https://shop.test',
    name: 'log in as hunter2secret',
    labels: ['of-hunter2secret'],
    steps: [{ action: 'fill', selector: '#password', value: 'hunter2secret', secret: true }],
  };
  expect((await call(gateway, 'POST', '/v1/run', { as: ann, body: flow })).status).toBe(202);
  const reported = await call(gateway, 'GET', `${webhooks}/${(body as Webhook).id}/deliveries`, { as: ann });
  const [delivery] = reported.body as Delivery[];
  expect(delivery?.message).toMatchObject({ data: { run: { name: expect.stringContaining('log in as') } } });
  expect(JSON.stringify(reported.body)).not.toContain('hunter2secret');
});
