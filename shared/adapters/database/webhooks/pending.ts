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

/**
 * Since when the delivery `first` of a webhook is due and may be tried: the webhook is neither put off as it fails, nor held
 * by its receiver. Later than now: it may not yet. Of one that began anew everything is due.
 */
export const MAY_BE_TRIED_SINCE = `greatest(case when webhooks.make_due_from is null then first.due_at end,
  webhooks.since, webhooks.retry_at, webhooks.held_until)`;

/** What is pending is to be sent, and not kept until the webhook is enabled, or its messages are read. */
export const IS_SENT = 'webhooks.url is not null and webhooks.disabled is null';

/** SQL: whether the project of a delivery that asks a person allows links that answer; null of another one. */
export const linksOfMessage = (
  delivery: string,
): string => `case ${delivery}.type when 'run.waiting_for_person' then
  (select answer_links from webhooks join projects on projects.id = webhooks.project_id
    where webhooks.id = ${delivery}.webhook_id) end`;
