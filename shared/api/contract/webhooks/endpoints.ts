import { z } from 'zod';
import * as account from '../accounts/accounts.ts';
import type { Endpoint } from '../endpoint.ts';
import * as delivery from './webhook-deliveries.ts';
import * as webhook from './webhooks.ts';

/**
 * A webhook sends a project's runs elsewhere, and its URL may be a secret: only owners of the project may see it, and keys
 * need a scope of their own, so that a key that only starts runs cannot export them.
 */
const READ = { access: 'webhooks:read', onProject: true } as const;
const WRITE = { access: 'webhooks:write', onProject: true } as const;
const [ON_WEBHOOK, ON_DELIVERY] = [
  { params: webhook.webhookParams },
  { params: delivery.deliveryParams },
] as const;

/** Notifications about runs and schedules over HTTP. */
export const WEBHOOK_ENDPOINTS = {
  listWebhooks: {
    summary: 'List the webhooks of a project, oldest first',
    method: 'GET',
    path: '/v1/projects/:id/webhooks',
    ...READ,
    params: account.idParams,
    replies: { 200: z.array(webhook.webhookSchema) },
  },
  createWebhook: {
    summary: 'Create a webhook; only this answer shows its secret',
    description:
      'Messages follow Standard Webhooks; they are described under `webhooks` in `/openapi.json`. What happens to a run arrives in order and at least once.',
    method: 'POST',
    path: '/v1/projects/:id/webhooks',
    ...WRITE,
    params: account.idParams,
    body: webhook.webhookBody,
    replies: { 201: webhook.webhookWithSecretSchema },
    errors: ['too_many_webhooks'],
  },
  readWebhook: {
    summary: 'Read a webhook',
    method: 'GET',
    path: '/v1/projects/:id/webhooks/:webhookId',
    ...READ,
    ...ON_WEBHOOK,
    replies: { 200: webhook.webhookSchema },
  },
  changeWebhook: {
    summary: 'Change a webhook, or enable or disable it',
    method: 'PATCH',
    path: '/v1/projects/:id/webhooks/:webhookId',
    ...WRITE,
    ...ON_WEBHOOK,
    body: webhook.webhookChangeBody,
    errors: ['webhook_without_url'],
    replies: { 200: webhook.changedWebhookSchema },
  },
  deleteWebhook: {
    summary: 'Delete a webhook, with what it has not been sent yet',
    method: 'DELETE',
    path: '/v1/projects/:id/webhooks/:webhookId',
    ...WRITE,
    ...ON_WEBHOOK,
    replies: { 200: account.doneSchema },
  },
  rotateWebhookSecret: {
    summary: 'Give a webhook a new secret; only this answer shows it',
    description:
      'The secret before signs too for `keepHours`, so that a receiver can be changed meanwhile. An older one does no more.',
    method: 'POST',
    path: '/v1/projects/:id/webhooks/:webhookId/secret',
    ...WRITE,
    ...ON_WEBHOOK,
    body: webhook.rotateBody,
    replies: { 200: webhook.webhookWithSecretSchema },
  },
  testWebhook: {
    summary: 'Send a `ping` to a webhook',
    method: 'POST',
    path: '/v1/projects/:id/webhooks/:webhookId/test',
    ...WRITE,
    ...ON_WEBHOOK,
    replies: { 202: delivery.sentReply },
    errors: ['webhook_disabled'],
  },
  listDeliveries: {
    summary: 'List the deliveries of a webhook, newest first, in pages; `Link` has the next page',
    method: 'GET',
    path: '/v1/projects/:id/webhooks/:webhookId/deliveries',
    ...READ,
    ...ON_WEBHOOK,
    query: delivery.deliveriesQuery,
    replies: { 200: z.array(delivery.deliverySchema) },
    sends: ['Link'],
  },
  readDelivery: {
    summary: 'Read a delivery, with its message and its last attempts',
    method: 'GET',
    path: '/v1/projects/:id/webhooks/:webhookId/deliveries/:deliveryId',
    ...READ,
    ...ON_DELIVERY,
    replies: { 200: delivery.deliverySchema },
  },
  resendDelivery: {
    summary: 'Send a delivery again, with the same `webhook-id`; a pending one at once',
    method: 'POST',
    path: '/v1/projects/:id/webhooks/:webhookId/deliveries/:deliveryId/resend',
    ...WRITE,
    ...ON_DELIVERY,
    replies: { 202: delivery.sentReply },
    errors: ['webhook_disabled'],
  },
} as const satisfies Record<string, Endpoint>;
