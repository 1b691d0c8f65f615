/* I16: a webhook whose last message arrived shows no failure from before. */
import { expect, it } from 'vitest';
import type { WebhookRow } from '#shared/adapters/database/webhooks/webhooks.ts';
import { presentWebhook } from '../../../../services/gateway/webhooks/present.ts';

const ROW: WebhookRow = {
  id: 'b6f0c7a1-2d4e-4f6a-8b9c-0d1e2f3a4b5c',
  url: 'https://a.test/',
  description: '',
  maker: null,
  events: ['run.finished'],
  filterName: null,
  filterLabels: [],
  createdAt: new Date(0),
  previousUntil: null,
  disabled: null,
  disabledAt: null,
  failing: false,
  failingSince: null,
  retryAt: null,
  lastError: 'the answer was 503',
  lastErrorCode: 'answered',
  lastStatus: 503,
};

it('I16: a webhook tells code and status of its last failure with its text only', () => {
  const health = { lastError: 'the answer was 503', lastErrorCode: 'answered', lastStatus: 503 };
  expect(presentWebhook(ROW)).toMatchObject(health);
  const arrived = presentWebhook({ ...ROW, lastError: null });
  for (const field of Object.keys(health)) expect(arrived).not.toHaveProperty(field);
});
