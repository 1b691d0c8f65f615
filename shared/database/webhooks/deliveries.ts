/* What a webhook was told, and how that went: for lists, and to send it once more. */

import { asOwner, type Refusal } from '../accounts/as-owner.ts';
import { type Columns, columns } from '../columns.ts';
import type { WebhookAttemptEntity, WebhookDeliveryEntity } from '../entities/webhooks.ts';
import type { Sql } from '../sql.ts';
import type { WebhookChange } from './webhooks.ts';

const SHOWN = [
  ...(['id', 'seq', 'messageId', 'webhookId', 'runId', 'type', 'at', 'facts'] as const),
  ...(['state', 'attempts', 'dueAt', 'finishedAt'] as const),
] as const;

export interface DeliveryRow extends Columns<typeof WebhookDeliveryEntity, (typeof SHOWN)[number]> {
  /** The last ones, in their order. Times are texts, in the zone of the session. */
  log: AttemptRow[];
}

export type AttemptRow = Omit<Columns<typeof WebhookAttemptEntity, (typeof LOGGED)[number]>, 'at'> & {
  at: string;
};

const LOGGED = ['number', 'at', 'ms', 'status', 'error', 'response'] as const;
const MOST_SHOWN = 20;

const COLUMNS = `${columns<typeof WebhookDeliveryEntity>(SHOWN, 'delivery')}, coalesce((
  select json_agg(json_build_object('number', number, 'at', at, 'ms', ms, 'status', status, 'error', error, 'response', response) order by number)
  from (select * from webhook_attempts where delivery_id = delivery.id order by number desc limit ${MOST_SHOWN}) as last), '[]') as log`;

export interface DeliveryFilter {
  webhookId: string;
  limit: number;
  state?: string | undefined;
  /** Those told before this delivery; all, if it is not there. */
  before?: string | undefined;
  /** Those told after this delivery, in their order; all, if it is not there. */
  after?: string | undefined;
}

/** Newest first; with `after` oldest first. */
export const listDeliveries = (
  sql: Sql,
  { webhookId, limit, state, before, after }: DeliveryFilter,
): Promise<DeliveryRow[]> => {
  const values = { webhookId, limit, state: state ?? null };
  return after === undefined
    ? sql.rows<DeliveryRow>(LIST, { ...values, before: before ?? null })
    : sql.rows<DeliveryRow>(LIST_AFTER, { ...values, after });
};

const FROM = `from webhook_deliveries as delivery
where webhook_id = :webhookId and (:state::text is null or state = :state)`;
const PLACE = (id: string) =>
  `(select seq from webhook_deliveries where id = ${id}::uuid and webhook_id = :webhookId)`;
const LIST = `
select ${COLUMNS} ${FROM} and seq < coalesce(${PLACE(':before')}, 9223372036854775807) order by seq desc limit :limit`;
const LIST_AFTER = `select ${COLUMNS} ${FROM} and seq > coalesce(${PLACE(':after')}, 0) order by seq limit :limit`;

export const findDelivery = (
  sql: Sql,
  webhookId: string,
  deliveryId: string,
): Promise<DeliveryRow | undefined> => sql.row<DeliveryRow>(FIND, { webhookId, deliveryId });

const FIND = `
select ${COLUMNS} from webhook_deliveries as delivery where id = :deliveryId and webhook_id = :webhookId`;

/** Marks that somebody reads the messages of a webhook that is not sent any, so that it is kept. */
export async function noteReading(sql: Sql, webhookId: string): Promise<void> {
  await sql.rows(NOTE_READING, { webhookId });
}

const NOTE_READING = `
update webhooks set read_at = clock_timestamp()
where id = :webhookId and url is null and read_at < clock_timestamp() - interval '1 minute'`;

/** A message of its own about the webhook. Undefined: there is no such webhook, or it is disabled. */
export const tell = (
  sql: Sql,
  { webhookId, type, facts, ...change }: WebhookChange & { type: string; facts: object },
): Promise<{ deliveryId: string } | 'webhook_disabled' | Refusal> =>
  asOwner<{ deliveryId: string } | 'webhook_disabled' | 'not_found'>(sql, change, async (inner) => {
    const values = { webhookId, projectId: change.projectId };
    const webhook = await inner.row<{ disabled: boolean }>(TRY_NOW, values);
    if (!webhook) return 'not_found';
    if (webhook.disabled) return 'webhook_disabled';
    const told = await inner.row<{ deliveryId: string }>(TELL, {
      webhookId,
      type,
      facts: JSON.stringify(facts),
    });
    return told!;
  });

/** One that fails is tried at once: somebody has a reason to. */
const TRY_NOW = `
update webhooks set retry_at = null where id = :webhookId and project_id = :projectId
returning disabled is not null as disabled`;

const TELL = `
insert into webhook_deliveries (message_id, webhook_id, type, at, facts, since, due_at)
select gen_random_uuid(), :webhookId::uuid, :type, at, :facts::jsonb, at, at from (select clock_timestamp() as at offset 0) as moment
returning id as "deliveryId"`;

/**
 * Sends it once more, under the same message id: with all retries if it has been sent, or was given up, before; now,
 * if it is pending.
 */
export const sendAgain = (
  sql: Sql,
  { webhookId, deliveryId, ...change }: WebhookChange & { deliveryId: string },
): Promise<'sent' | 'webhook_disabled' | Refusal> =>
  asOwner<'sent' | 'webhook_disabled' | 'not_found'>(sql, change, async (inner) => {
    const webhook = await inner.row<{ disabled: boolean }>(TRY_NOW, {
      webhookId,
      projectId: change.projectId,
    });
    if (!webhook) return 'not_found';
    const delivery = await inner.row(LOCK, { webhookId, deliveryId });
    if (!delivery) return 'not_found';
    if (webhook.disabled) return 'webhook_disabled';
    await inner.rows(SEND_AGAIN, { deliveryId });
    return 'sent';
  });

const LOCK =
  'select id from webhook_deliveries where id = :deliveryId and webhook_id = :webhookId for update';
const SEND_AGAIN = `
update webhook_deliveries set state = 'pending', since = clock_timestamp(), due_at = clock_timestamp(), finished_at = null
where id = :deliveryId and not taken`;
