/* A webhook shows its secret once, and what it was sent can be read and sent again until its time is over. */
import { describe, expect, it } from 'vitest';
import {
  forgetDeliveries,
  forgetOrphans,
  forgetUnread,
} from '#shared/adapters/database/webhooks/retention.ts';
import type { Delivery } from '#shared/api/contract/webhooks/webhook-deliveries.ts';
import type { Webhook } from '#shared/api/contract/webhooks/webhooks.ts';
import { call, createPerson, expectContract, startRun, useGateway } from '../fixture.ts';
import { addWebhook } from './webhooks.ts';

const gateway = await useGateway({ config: { GHOSTLY_MAX_WEBHOOKS_PER_PROJECT: 3 } });
const ann = await createPerson(gateway);
const webhooks = `/v1/projects/${ann.projectId}/webhooks`;

const post = <Body>(path: string, body?: unknown) =>
  call(gateway, 'POST', path, { as: ann, body }) as Promise<{ status: number; body: Body }>;
const get = <Body>(path: string) =>
  call(gateway, 'GET', path, { as: ann }) as Promise<{ status: number; headers: Headers; body: Body }>;
const patch = (id: string, body: unknown) => call(gateway, 'PATCH', `${webhooks}/${id}`, { as: ann, body });

describe('a webhook', () => {
  it('shows its secret once, when it is made and when it is rotated', async () => {
    const made = await post<Webhook & { secret: string }>(webhooks, { url: 'https://a.test/hook' });
    expect(made.status).toBe(201);
    expect(made.body.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const { id } = made.body;
    const before = Date.now();
    const rotated = await post<Webhook & { secret: string }>(`${webhooks}/${id}/secret`, {});
    expect(rotated.body.secret).not.toBe(made.body.secret);
    const rotatedAt = Date.parse(rotated.body.previousSecretUntil ?? '') - 24 * 3_600_000;
    expect(rotatedAt).toBeGreaterThanOrEqual(before);
    expect(rotatedAt).toBeLessThanOrEqual(Date.now());
    const read = await get<Webhook>(`${webhooks}/${id}`);
    expect(JSON.stringify([read.body, (await get(webhooks)).body])).not.toContain('whsec_');
    const revoked = await post<Webhook>(`${webhooks}/${id}/secret`, { keepHours: 0 });
    expect(revoked.body.previousSecretUntil).toBeUndefined();
    expect(await gateway.sql.rows('select previous_secret from webhooks')).toEqual([
      { previous_secret: null },
    ]);
    expect((await call(gateway, 'DELETE', `${webhooks}/${id}`, { as: ann })).status).toBe(200);
    expect((await get(`${webhooks}/${id}`)).status).toBe(404);
  });

  it('is refused above the limit of its project, also of several at once', async () => {
    const bob = await createPerson(gateway);
    const path = `/v1/projects/${bob.projectId}/webhooks`;
    const body = { url: 'https://a.test/' };
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => call(gateway, 'POST', path, { as: bob, body })),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 201, 201, 400, 400, 400]);
    for (const answer of answers) expectContract('createWebhook', answer);
    expect(answers.find(({ status }) => status === 400)?.body).toEqual({
      ok: false,
      error: 'too many webhooks: delete one first',
    });
  });

  it('is not sent anything while it is disabled, and begins anew when it is enabled', async () => {
    const { webhook } = await addWebhook(gateway, ann.projectId, ann);
    await gateway.sql.rows(
      `update webhooks set failures = 9, failing_since = clock_timestamp(), retry_at = clock_timestamp() + interval '1 h', last_error = 'x' where id = $1`,
      [webhook],
    );
    expect((await get<Webhook>(`${webhooks}/${webhook}`)).body).toMatchObject({
      state: 'failing',
      lastError: 'x',
    });
    const disabled = await patch(webhook, { enabled: false });
    expect(disabled.body).toMatchObject({ state: 'disabled', disabled: { why: 'user' } });
    const test = await post(`${webhooks}/${webhook}/test`);
    expect(test).toMatchObject({ status: 409, body: { error: 'the webhook is disabled: enable it first' } });
    const enabled = await patch(webhook, { enabled: true, description: 'again' });
    expect(enabled.body).toMatchObject({ state: 'enabled', description: 'again' });
    expect(enabled.body).not.toHaveProperty('lastError');
    expect((await post(`${webhooks}/${webhook}/test`)).status).toBe(202);
    await call(gateway, 'DELETE', `${webhooks}/${webhook}`, { as: ann });
  });

  it('of another project is not found', async () => {
    const bob = await createPerson(gateway);
    const { webhook, delivery } = await addWebhook(gateway, bob.projectId, bob);
    const others = `${webhooks}/${webhook}`;
    const asked = [
      call(gateway, 'GET', others, { as: ann }),
      call(gateway, 'PATCH', others, { as: ann, body: { enabled: false } }),
      call(gateway, 'DELETE', others, { as: ann }),
      post(`${others}/secret`, {}),
      post(`${others}/test`),
      get(`${others}/deliveries`),
      get(`${others}/deliveries/${delivery}`),
      post(`${others}/deliveries/${delivery}/resend`),
    ];
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual(asked.map(() => 404));
  });
});

describe('what a webhook was sent', () => {
  it('is listed in pages, newest first, or on from a delivery, and sent again', async () => {
    const { webhook } = await addWebhook(gateway, ann.projectId, ann);
    const path = `${webhooks}/${webhook}/deliveries`;
    for (let run = 0; run < 4; run += 1) await startRun(gateway, ann);
    const all = (await get<Delivery[]>(path)).body;
    expect(all).toHaveLength(5);
    const first = await get<Delivery[]>(`${path}?limit=3`);
    const next = /^<([^>]+)>; rel="next"$/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
    const second = await get<Delivery[]>(next);
    expect([...first.body, ...second.body]).toEqual(all);
    expect(second.headers.get('link')).toBeNull();
    const oldest = all.at(-1)!;
    const later = await get<Delivery[]>(`${path}?after=${oldest.id}&limit=2`);
    expect(later.body).toEqual(all.toReversed().slice(1, 3));
    expect((await get<Delivery[]>(`${path}?after=${webhook}`)).body).toEqual(all.toReversed());

    await gateway.sql.rows(
      `with done as (update webhook_deliveries set state = 'delivered', attempts = 1, finished_at = clock_timestamp() where id = $1)
       insert into webhook_attempts (delivery_id, number, at, ms, status, error, error_code, response)
       values ($1, 1, clock_timestamp(), 12, 503, 'the answer was 503', 'answered', 'busy')`,
      [oldest.id],
    );
    const read = await get<Delivery>(`${path}/${oldest.id}`);
    expect(read.body).toMatchObject({
      state: 'delivered',
      log: [{ ms: 12, status: 503, errorCode: 'answered', response: 'busy' }],
    });
    expect((await get<Delivery[]>(`${path}?state=delivered`)).body).toEqual([read.body]);
    expect((await post(`${path}/${oldest.id}/resend`)).status).toBe(202);
    expect((await get<Delivery>(`${path}/${oldest.id}`)).body).toMatchObject({
      state: 'pending',
      messageId: oldest.messageId,
    });
    await call(gateway, 'DELETE', `${webhooks}/${webhook}`, { as: ann });
  });

  it('is kept to be read, if it is not sent, until nobody reads any more', async () => {
    const { body } = await post<Webhook>(webhooks, { listen: true });
    await startRun(gateway, ann);
    const path = `${webhooks}/${body.id}/deliveries`;
    const { body: unread } = await get<Delivery[]>(path);
    expect(unread).toMatchObject([{ type: 'run.queued', state: 'pending' }]);
    expect(unread[0]).not.toHaveProperty('nextAttemptAt');
    expect(await patch(body.id, { url: 'https://a.test/' })).toMatchObject({
      status: 409,
      body: { error: 'the webhook has no URL: its messages are read, not sent' },
    });
    const read = await get<Delivery[]>(`${path}?after=${body.id}`);
    expect(read.body).toMatchObject([{ type: 'run.queued', state: 'delivered' }]);
    const age = () => gateway.sql.rows(`update webhooks set read_at = read_at - interval '2 hours'`);
    await age();
    await get(`${path}?after=${body.id}`);
    await forgetUnread(gateway.sql);
    expect((await get(path)).status).toBe(200);
    await age();
    await forgetUnread(gateway.sql);
    expect((await get(path)).status).toBe(404);
  });

  it('is deleted after its time, and when its webhook is no more', async () => {
    await gateway.sql.rows('truncate webhooks, webhook_deliveries cascade');
    const kept = await addWebhook(gateway, ann.projectId, ann);
    const gone = await addWebhook(gateway, ann.projectId, ann);
    await call(gateway, 'DELETE', `${webhooks}/${gone.webhook}`, { as: ann });
    while (await forgetOrphans(gateway.sql));
    const left = () => gateway.sql.rows<{ webhook_id: string }>('select webhook_id from webhook_deliveries');
    expect(new Set((await left()).map((row) => row.webhook_id))).toEqual(new Set([kept.webhook]));
    await forgetDeliveries(gateway.sql, 7);
    expect(await left()).not.toEqual([]);
    await gateway.sql.rows(`update webhook_deliveries set at = at - interval '8 days'`);
    await forgetDeliveries(gateway.sql, 7);
    expect(await left()).toEqual([]);
  });
});
