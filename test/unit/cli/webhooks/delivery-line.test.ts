/* Each message of a webhook is shown in one line that says what has happened. */
import { expect, it } from 'vitest';
import type { WebhookMessage } from '#shared/api/client/index.ts';
import { deliveryLine } from '../../../../services/cli/webhooks/delivery-line.ts';
import { WEBHOOK_MESSAGE_EXAMPLES } from '../../../../services/gateway/describe/examples/webhook-messages.ts';

const envelope = { version: 1, timestamp: '2026-12-01T02:30:01.000Z' } as const;
const schedule = { name: 'nightly', project: '5f2b8c1e-7d94-4a36-b0f8-2c9e61d7a350' };
const nominalAt = '2026-12-01T02:30:00.000Z';
const why = 'no such flow\u001b[2J';

it.each<[WebhookMessage, RegExp]>([
  [WEBHOOK_MESSAGE_EXAMPLES['run.finished'], /run\.finished {12}0c9d4e7a-\S+ {2}pass in 3\.2 s "checkout"$/],
  [
    {
      type: 'schedule.paused',
      ...envelope,
      data: { schedule: { ...schedule, why: 'failures', failures: 3 } },
    },
    /schedule\.paused {9}nightly {2}3 failures$/,
  ],
  [
    {
      type: 'schedule.paused',
      ...envelope,
      data: { schedule: { ...schedule, why: 'user', reason: 'the shop is rebuilt' } },
    },
    /schedule\.paused {9}nightly {2}user \(the shop is rebuilt\)$/,
  ],
  [
    {
      type: 'schedule.skipped',
      ...envelope,
      data: { schedule, occurrence: { nominalAt, status: 'failed_to_start', reason: why } },
    },
    /schedule\.skipped {8}nightly {2}\S+ \S+ failed_to_start \(no such flow\)$/,
  ],
  [WEBHOOK_MESSAGE_EXAMPLES.ping, /^\d\d:\d\d:\d\d {2}ping$/],
])('a message is shown in one line: %#', (message, line) => {
  expect(deliveryLine(message)).toMatch(line);
});
