/* Which URLs of webhooks are refused when they are given. */
import { describe, expect, it } from 'vitest';
import type { Webhook } from '#shared/api/contract/webhooks/webhooks.ts';
import { call, createPerson, expectContract, useGateway } from '../fixture.ts';

const gateway = await useGateway({ config: { GHOSTLY_EGRESS: 'public' } });
const ann = await createPerson(gateway);
const webhooks = `/v1/projects/${ann.projectId}/webhooks`;
const add = (body: object, headers: Record<string, string> = {}) =>
  call(gateway, 'POST', webhooks, { as: ann, body, headers });

describe('I15: a URL to which nothing could ever be sent', () => {
  const FORBIDDEN = [
    ...[
      'http://127.0.0.1/',
      'https://localhost:8443/hook',
      'http://app.localhost./',
      'http://0x7f.1/',
      'http://0/',
    ],
    ...['http://10.1.2.3/', 'http://192.168.1.1/', 'http://100.64.0.1/', 'http://[fd00::1]/'],
    ...['http://169.254.169.254/latest/meta-data/', 'http://[fd00:ec2::254]/', 'http://[fe80::1]/'],
    ...['http://[::1]/', 'http://[::ffff:127.0.0.1]/', 'http://[64:ff9b::7f00:1]/', 'https://a.test:0/'],
  ];

  it.each(FORBIDDEN)('%s is refused when a webhook is made, and when one is changed', async (url) => {
    const refused = await add({ url });
    expectContract('createWebhook', refused);
    const message = 'leads where the egress policy of this Ghostly does not allow connections';
    const expected = { error: 'validation error', details: { issues: [{ path: 'url', message }] } };
    expect(refused).toMatchObject({ status: 400, body: expected });
    const { body: made } = await add({ url: 'https://a.test/' });
    const { id } = made as Webhook;
    const changed = await call(gateway, 'PATCH', `${webhooks}/${id}`, { as: ann, body: { url } });
    expectContract('changeWebhook', changed);
    expect(changed).toMatchObject({ status: 400, body: expected });
    const read = await call(gateway, 'GET', `${webhooks}/${id}`, { as: ann });
    expect(read.body).toMatchObject({ url: 'https://a.test/' });
  });

  it('is refused in Spanish, too', async () => {
    const refused = await add({ url: 'http://10.1.2.3/' }, { 'accept-language': 'es' });
    const message = 'lleva adonde la política de egress de este Ghostly no permite conexiones';
    expect(refused.body).toMatchObject({ details: { issues: [{ message }] } });
  });

  it.each([
    'https://1.1.1.1/',
    'https://hooks.corp.internal/',
    'https://no-such-name.invalid/',
    'http://[2606:4700::1]/',
  ])('%s is none, and no name is looked up', async (url) => {
    expect((await add({ url })).status).toBe(201);
  });
});
