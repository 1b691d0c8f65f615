/* The webhooks of a project, as its owners see them. Owns nothing: each view keeps what it has read. */
import type { CallReply, Delivery, Webhook } from '#shared/api/client/index.ts';
import type { WEBHOOK_EVENTS } from '#shared/api/contract/webhooks/webhook-events.ts';
import { client } from '../session/session.ts';

export type WebhookWithSecret = CallReply<'createWebhook'>;

/** Which webhook of which project. */
export interface WebhookPlace {
  id: string;
  webhookId: string;
}

export interface WebhookFields {
  /** Undefined: as it was. */
  url: string | undefined;
  events: (typeof WEBHOOK_EVENTS)[number][];
  description: string;
  filter: { name: string; labels: string[] };
}

/** @throws ApiError, GatewayError, as all of these */
export const readWebhooks = (project: string, abort: AbortSignal): Promise<Webhook[]> =>
  client.value.call('listWebhooks', { params: { id: project } }, { signal: abort });

export const addWebhook = (project: string, { url, ...fields }: WebhookFields): Promise<WebhookWithSecret> =>
  client.value.call('createWebhook', { params: { id: project }, body: { ...fields, url: url ?? '' } });

export const editWebhook = (params: WebhookPlace, { url, ...fields }: WebhookFields): Promise<unknown> =>
  client.value.call('changeWebhook', { params, body: { ...fields, ...(url !== undefined && { url }) } });

export const rotateWebhookSecret = (params: WebhookPlace): Promise<WebhookWithSecret> =>
  client.value.call('rotateWebhookSecret', { params, body: {} });

/** The reply has a `secret` if there is a new one because its maker had left. */
export const enableWebhook = (params: WebhookPlace, enabled: boolean): Promise<CallReply<'changeWebhook'>> =>
  client.value.call('changeWebhook', { params, body: { enabled } });

export const removeWebhook = (params: WebhookPlace): Promise<unknown> =>
  client.value.call('deleteWebhook', { params });

export const testWebhook = (params: WebhookPlace): Promise<unknown> =>
  client.value.call('testWebhook', { params });

export const resendDelivery = (params: WebhookPlace, deliveryId: string): Promise<unknown> =>
  client.value.call('resendDelivery', { params: { ...params, deliveryId } });

/** `limit`: how many of the newest. */
export const readDeliveries = (
  params: WebhookPlace,
  limit: number,
  abort: AbortSignal,
): Promise<Delivery[]> =>
  client.value.call('listDeliveries', { params, query: { limit } }, { signal: abort });
