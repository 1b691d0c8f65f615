import { defineEntity, p } from '@mikro-orm/core';

/**
 * Why a webhook is sent nothing: it was switched off, its receiver answered 410, it failed for too long, or its maker may no
 * longer read what it tells.
 */
const DISABLED = ['user', 'gone', 'failing', 'maker'] as const;
const DELIVERY_STATES = ['pending', 'delivered', 'failed'] as const;

/** Where a project's events are sent, and how that goes. */
export const WebhookEntity = defineEntity({
  name: 'Webhook',
  tableName: 'webhooks',
  properties: {
    id: p.uuid().primary(),
    projectId: p.uuid(),
    /** The maker: who gave it its URL, or enabled it after its maker had left. */
    userId: p.uuid(),
    /** Null: its messages are kept to be read, and not sent. */
    url: p.text().nullable(),
    description: p.text(),
    events: p.array<string>(),
    /** It is notified only of runs with this name and all of these labels; null and empty do not filter. */
    filterName: p.text().nullable(),
    filterLabels: p.array<string>(),
    secret: p.text(),
    /** Signs too, until `previousUntil`. */
    previousSecret: p.text().nullable(),
    previousUntil: p.datetime().nullable(),
    disabled: p.enum(DISABLED).nullable(),
    disabledAt: p.datetime().nullable(),
    /** Attempts that failed since the last one that did not. */
    failures: p.integer(),
    failingSince: p.datetime().nullable(),
    /** Not tried before; only while it fails. */
    retryAt: p.datetime().nullable(),
    /** Its receiver asked to be left alone until then (`Retry-After`). */
    heldUntil: p.datetime().nullable(),
    /** When a test or a resend last wanted it tried at once. */
    askedAt: p.datetime().nullable(),
    /** It was enabled, or sent elsewhere: what waits until later than this is made due; null: nothing. */
    makeDueFrom: p.datetime().nullable(),
    lastError: p.text().nullable(),
    /** The same as a code, with the status of the answer. */
    lastErrorCode: p.text().nullable(),
    lastStatus: p.integer().nullable(),
    /** Nothing that began before counts: when it was made, enabled, or given another URL. */
    since: p.datetime(),
    /** When its messages were last read, if that is how they are had. */
    readAt: p.datetime().nullable(),
    createdAt: p.datetime(),
  },
});

/** One message to one webhook. */
export const WebhookDeliveryEntity = defineEntity({
  name: 'WebhookDelivery',
  tableName: 'webhook_deliveries',
  properties: {
    id: p.uuid().primary(),
    /** Its place among those of its run; among all that were read, if that is how they are had. */
    seq: p.bigint('number'),
    /** The same for all webhooks that get the message. */
    messageId: p.uuid(),
    webhookId: p.uuid(),
    runId: p.uuid().nullable(),
    type: p.text(),
    at: p.datetime(),
    /** What was so then, as the trigger `note_webhooks` keeps it. */
    facts: p.json<Record<string, unknown>>(),
    state: p.enum(DELIVERY_STATES),
    attempts: p.integer(),
    /** Begin of the time after which it is given up: when it was noted, or sent again. */
    since: p.datetime(),
    /** When it is tried next; while it is `taken`, when its supervisor counts as lost. */
    dueAt: p.datetime(),
    taken: p.boolean(),
    finishedAt: p.datetime().nullable(),
  },
});

export const WebhookAttemptEntity = defineEntity({
  name: 'WebhookAttempt',
  tableName: 'webhook_attempts',
  properties: {
    deliveryId: p.uuid().primary(),
    number: p.integer().primary(),
    at: p.datetime(),
    /** How long it took. */
    ms: p.integer(),
    /** Status of the answer; null without one. */
    status: p.integer().nullable(),
    error: p.text().nullable(),
    /** The same as a code. */
    errorCode: p.text().nullable(),
    /** The beginning of the answer's body, if it failed. */
    response: p.text().nullable(),
  },
});
