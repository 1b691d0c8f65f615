/* Every message of a webhook is documented with a valid example, and tells what was so when it was noted. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MIGRATIONS } from '#shared/adapters/database/migrations/all.ts';
import { WEBHOOK_EVENTS } from '#shared/api/contract/webhooks/webhook-events.ts';
import {
  WEBHOOK_MESSAGES,
  webhookBody,
  webhookMessageSchema,
  webhookRunSchema,
} from '#shared/api/contract/webhooks/webhooks.ts';
import { webhookMessage } from '#shared/api/webhooks/message.ts';
import { signedHeaders } from '#shared/api/webhooks/sign.ts';
import { inSlices } from '#shared/platform/async/in-slices.ts';
import { WEBHOOK_MESSAGE_EXAMPLES } from '../../../../../services/gateway/describe/examples/webhook-messages.ts';
import { describeApi } from '../../../../../services/gateway/describe/openapi/document.ts';

describe('the messages of webhooks', () => {
  it.each(Object.entries(WEBHOOK_MESSAGE_EXAMPLES))('%s has an example of its schema', (type, example) => {
    expect(webhookMessageSchema.parse(example)).toEqual(example);
    expect(example.type).toBe(type);
  });

  it('are all in the OpenAPI document, each under its type', async () => {
    const { webhooks } = await inSlices(describeApi({ version: '1' }));
    expect(Object.keys(webhooks)).toEqual(Object.keys(WEBHOOK_MESSAGES));
    for (const [type, { post }] of Object.entries(webhooks)) {
      expect(post.requestBody.content['application/json']?.examples?.[type]).toMatchObject({
        value: { type },
      });
      expect(post.parameters.map(({ name }) => name)).toEqual([
        'webhook-id',
        'webhook-timestamp',
        'webhook-signature',
      ]);
    }
  });

  it('has the example of docs/webhooks.md, signed with the secret that is named there', () => {
    const page = readFileSync(join(import.meta.dirname, '../../../../../docs/webhooks.md'), 'utf8');
    const [, head = '', shown = ''] = /```http\n(POST [\s\S]*?)\n\n([\s\S]*?)\n```/.exec(page) ?? [];
    const message: unknown = JSON.parse(shown);
    expect(message).toEqual(WEBHOOK_MESSAGE_EXAMPLES['run.finished']);
    const header = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(head)?.[1] ?? '';
    const [secret = ''] = /whsec_[\w+/]+=*/.exec(page.slice(page.indexOf(shown))) ?? [];
    const at = new Date(Number(header('webhook-timestamp')) * 1_000);
    const signed = signedHeaders({
      id: header('webhook-id'),
      body: JSON.stringify(message),
      secrets: [secret],
      at,
    });
    expect(header('webhook-signature')).toBe(signed['webhook-signature']);
  });

  it('has each field of a run named in docs/webhooks.md', () => {
    const page = readFileSync(join(import.meta.dirname, '../../../../../docs/webhooks.md'), 'utf8');
    const reported = page.split('\n').find((line) => line.startsWith('`data.run`')) ?? '';
    const missing = Object.keys(webhookRunSchema.shape).filter((field) => !reported.includes(`\`${field}\``));
    expect(missing).toEqual([]);
  });

  it.each(WEBHOOK_EVENTS)('%s is noted by a trigger', (type) => {
    const newest = MIGRATIONS.flatMap(({ stages }) => stages).findLast(
      (stage) => 'sql' in stage && stage.sql.includes('function note_webhooks()'),
    );
    expect(JSON.stringify(newest)).toContain(type);
  });

  it('tell of a run what was so then, with the fields of the API', () => {
    const at = new Date('2026-11-27T12:00:05Z');
    const facts = {
      id: '0c9d4e7a-3b58-4f12-9a6d-e81f72c5b043',
      project: '5f2b8c1e-7d94-4a36-b0f8-2c9e61d7a350',
      status: 'fail',
      baseUrl: 'http://a.test',
      attempt: 2,
      runnerLabels: ['gpu'],
      stopReason: 'stale',
      startedAt: '2026-11-27T12:00:00.123456+00:00',
      finishedAt: '2026-11-27T12:00:04.5+00:00',
      cancelled: true,
      stale: true,
      cancelBy: 'user',
      cancelReason: 'enough',
      name: 'checkout',
      stepCount: 4,
      stepsDone: 2,
    };
    const message = webhookMessage({ type: 'run.finished', at, facts });
    expect(webhookMessageSchema.parse(message)).toEqual(message);
    expect(message).toMatchObject({
      timestamp: '2026-11-27T12:00:05.000Z',
      data: {
        run: {
          startedAt: '2026-11-27T12:00:00.123Z',
          durationMs: 4_377,
          attempt: 2,
          outcome: 'lost',
          name: 'checkout',
          stepCount: 4,
          stepsDone: 2,
          runnerLabels: ['gpu'],
          cancel: { source: 'user', reason: 'enough', stale: true },
        },
      },
    });
  });

  it('tell of a time of a schedule that was left out when it was, in UTC', () => {
    const at = new Date('2026-12-01T02:30:01Z');
    const schedule = { name: 'nightly', project: '5f2b8c1e-7d94-4a36-b0f8-2c9e61d7a350' };
    const facts = { ...schedule, nominalAt: '2026-12-01T03:30:00+01:00', status: 'skipped_overlap' };
    const message = webhookMessage({ type: 'schedule.skipped', at, facts });
    expect(webhookMessageSchema.parse(message)).toEqual(message);
    expect(message.data).toEqual({
      schedule,
      occurrence: { nominalAt: '2026-12-01T02:30:00.000Z', status: 'skipped_overlap' },
    });
  });
});

describe('what a webhook is made with', () => {
  it.each(['ftp://a.test', 'a.test', 'http://user:password@a.test/', 'http://user@a.test', ''])(
    'is no URL like %j',
    (url) => {
      expect(webhookBody.safeParse({ url }).success).toBe(false);
    },
  );

  it('is a URL, or that its messages are read', () => {
    expect(webhookBody.safeParse({}).success).toBe(false);
    expect(webhookBody.safeParse({ url: 'http://a.test', listen: true }).success).toBe(false);
    expect(webhookBody.parse({ listen: true }).events).toContain('run.finished');
    expect(
      webhookBody.parse({ url: 'http://a.test', events: ['run.finished', 'run.finished'] }),
    ).toMatchObject({ events: ['run.finished'] });
  });
});
