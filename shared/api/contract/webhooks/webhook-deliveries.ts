/* What is sent to a webhook, one message at a time: its attempts and what became of it. */
import { z } from 'zod';
import { idSchema } from '../id.ts';
import { optionalParam, wholeNumber } from '../runs/runs.ts';
import { WEBHOOK_EVENTS } from './webhook-events.ts';
import { webhookFailureSchema } from './webhook-failures.ts';
import { webhookMessageSchema, webhookParams } from './webhooks.ts';

const time = z.iso.datetime();

export const deliveryParams = webhookParams.extend({ deliveryId: idSchema });

export const sentReply = z.object({
  ok: z.literal(true),
  deliveryId: idSchema.describe('What becomes of it can be read with this.'),
});

const attemptSchema = z.object({
  at: time,
  ms: z.int().min(0),
  status: z.int().optional().describe('Of the answer; absent without one.'),
  error: z.string().optional().describe('Why it failed, as a sentence in English. Absent: it arrived.'),
  errorCode: webhookFailureSchema,
  response: z.string().optional().describe('The beginning of the answer that was no success.'),
});

const DELIVERY_STATES = ['pending', 'delivered', 'failed'] as const;
export const deliverySchema = z.object({
  id: idSchema,
  messageId: idSchema.describe('The `webhook-id`.'),
  type: z.enum([...WEBHOOK_EVENTS, 'ping']),
  runId: idSchema.optional(),
  state: z.enum(DELIVERY_STATES).describe('`failed`: given up after three days.'),
  at: time.describe('When it happened.'),
  attempts: z.int().min(0),
  nextAttemptAt: time.optional().describe('While it is pending, if its webhook has a URL.'),
  finishedAt: time.optional(),
  message: webhookMessageSchema.describe('The body.'),
  log: z.array(attemptSchema).describe('The last 20 attempts, in their order.'),
});
export type Delivery = z.output<typeof deliverySchema>;

/** Page sizes of the list: the default, and the maximum. */
export const DELIVERY_LIMIT = 50;
const DELIVERY_LIMIT_MAX = 200;
export const deliveriesQuery = z.object({
  state: optionalParam(z.enum(DELIVERY_STATES)),
  limit: optionalParam(wholeNumber(1, DELIVERY_LIMIT_MAX)).describe(
    `Page size; ${DELIVERY_LIMIT} by default.`,
  ),
  before: optionalParam(idSchema).describe(
    'Where the previous page ended: a delivery; taken from its `Link` header.',
  ),
  after: optionalParam(idSchema).describe(
    'Only what came after this delivery, oldest first; after one that is not there: from the first.',
  ),
});
