const NEXT = `select webhook_id from webhook_deliveries where state = 'pending'`;

/**
 * For `with recursive`: `pending (webhook_id)`, which webhooks have something pending. The index is read once for each of
 * them, however much that is.
 */
export const PENDING = `
pending as (
  (${NEXT} order by webhook_id limit 1)
  union all
  select (${NEXT} and webhook_id > pending.webhook_id order by webhook_id limit 1)
  from pending where pending.webhook_id is not null
)`;

/** What is pending is to be sent, and not kept until the webhook is enabled, or its messages are read. */
export const IS_SENT = 'webhooks.url is not null and webhooks.disabled is null';
