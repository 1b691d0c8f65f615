import type { WEBHOOK_ENDPOINTS } from '#shared/api/contract/webhooks/endpoints.ts';
import { WEBHOOK_EVENTS } from '#shared/api/contract/webhooks/webhook-events.ts';
import { ANY, type EndpointExample, SAMPLE } from './example.ts';

const { project, webhook, delivery, queuedRun, email } = SAMPLE;
const url = 'http://127.0.0.1:1/hook';
const secret = 'whsec_5WbX5kEWLlfzsGNjH64I8lOOqUB6e8FH';
const shown = {
  id: webhook,
  url,
  description: '',
  events: [...WEBHOOK_EVENTS],
  createdAt: ANY.time,
  maker: email,
  state: 'enabled',
};
const made = { ...shown, id: ANY.id };
const { url: _, ...unsent } = made;
const pending = {
  id: delivery,
  messageId: ANY.id,
  type: 'run.queued',
  runId: queuedRun,
  state: 'pending',
  at: ANY.time,
  attempts: 0,
  nextAttemptAt: ANY.time,
  message: {
    type: 'run.queued',
    version: 1,
    timestamp: ANY.time,
    data: {
      run: {
        id: queuedRun,
        project,
        status: 'running',
        startedAt: ANY.time,
        durationMs: 0,
        baseUrl: 'http://127.0.0.1:1',
        stepCount: 2,
        stepsDone: 0,
      },
    },
  },
  log: [],
};
const onWebhook = { id: project, webhookId: webhook };
const onDelivery = { ...onWebhook, deliveryId: delivery };

export const WEBHOOK_EXAMPLES: Record<keyof typeof WEBHOOK_ENDPOINTS, readonly EndpointExample[]> = {
  listWebhooks: [
    {
      summary: 'List the webhooks of a project',
      given: ['webhook'],
      params: { id: project },
      status: 200,
      reply: [shown],
    },
  ],
  createWebhook: [
    {
      summary: 'Be notified when a run has ended',
      params: { id: project },
      body: { url: 'https://ci.example.com/ghostly', events: ['run.finished'], description: 'CI' },
      status: 201,
      reply: {
        ...made,
        url: 'https://ci.example.com/ghostly',
        events: ['run.finished'],
        description: 'CI',
        secret,
      },
    },
    {
      summary: 'Be notified of some runs only',
      params: { id: project },
      body: { url: 'https://ci.example.com/ghostly', filter: { name: 'checkout', labels: ['nightly'] } },
      status: 201,
      reply: {
        ...made,
        url: 'https://ci.example.com/ghostly',
        secret,
        filter: { name: 'checkout', labels: ['nightly'] },
      },
    },
    {
      summary: 'Read the messages instead',
      params: { id: project },
      body: { listen: true },
      status: 201,
      reply: { ...unsent, secret },
    },
  ],
  readWebhook: [{ summary: 'Read a webhook', params: onWebhook, status: 200, reply: shown }],
  changeWebhook: [
    {
      summary: 'Disable a webhook',
      params: onWebhook,
      body: { enabled: false },
      status: 200,
      reply: { ...shown, state: 'disabled', disabled: { at: ANY.time, why: 'user' } },
    },
    {
      summary: 'Be notified of runs with a label, whatever their names',
      params: onWebhook,
      body: { filter: { name: '', labels: ['nightly'] } },
      status: 200,
      reply: { ...shown, filter: { labels: ['nightly'] } },
    },
  ],
  deleteWebhook: [{ summary: 'Delete a webhook', params: onWebhook, status: 200, reply: { ok: true } }],
  rotateWebhookSecret: [
    {
      summary: 'Change the secret within an hour',
      params: onWebhook,
      body: { keepHours: 1 },
      status: 200,
      reply: { ...shown, previousSecretUntil: ANY.time, secret },
    },
  ],
  testWebhook: [
    {
      summary: 'Send a ping',
      params: onWebhook,
      status: 202,
      reply: { ok: true, deliveryId: ANY.id },
    },
  ],
  listDeliveries: [
    {
      summary: 'List what is still to be sent',
      given: ['delivery'],
      params: onWebhook,
      query: { state: 'pending' },
      status: 200,
      reply: [pending],
    },
  ],
  readDelivery: [{ summary: 'Read a delivery', params: onDelivery, status: 200, reply: pending }],
  resendDelivery: [
    {
      summary: 'Send it again',
      params: onDelivery,
      status: 202,
      reply: { ok: true, deliveryId: delivery },
    },
  ],
};
