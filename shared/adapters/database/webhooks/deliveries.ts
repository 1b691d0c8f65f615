/* The messages of a webhook and their attempts: for lists, and to send one again. */

import { asOwner, type ChangeRefusal } from '../accounts/as-owner.ts';
import { type Columns, columns } from '../columns.ts';
import type { WebhookAttemptEntity, WebhookDeliveryEntity } from '../entities/webhooks.ts';
import { type Results, resultsOfMessage } from '../runs/results.ts';
import type { Sql } from '../sql.ts';
import { FAILING_AFTER } from './outcome.ts';
import { linksOfMessage } from './pending.ts';
import type { WebhookChange } from './webhooks.ts';

const SHOWN = [
  ...(['id', 'seq', 'messageId', 'webhookId', 'runId', 'type', 'at', 'facts'] as const),
  ...(['state', 'attempts', 'dueAt', 'finishedAt'] as const),
] as const;

export interface LoggedDelivery extends Columns<typeof WebhookDeliveryEntity, (typeof SHOWN)[number]> {
  /** The last ones, in their order. Times are texts, in the zone of the session. */
  log: AttemptRow[];
  /** What its run has found, if it tells of its end; lists have none of it. */
  results?: Results | null;
  /** It asks a person, and its project allows links that answer; lists have nothing of that. */
  answerLinks?: boolean | null;
}

export type AttemptRow = Omit<Columns<typeof WebhookAttemptEntity, (typeof LOGGED)[number]>, 'at'> & {
  at: string;
};

const LOGGED = ['number', 'at', 'ms', 'status', 'error', 'errorCode', 'response'] as const;
const MOST_SHOWN = 20;

const COLUMNS = `${columns<typeof WebhookDeliveryEntity>(SHOWN, 'delivery')}, coalesce((
  select json_agg(json_build_object('number', number, 'at', at, 'ms', ms, 'status', status, 'error', error, 'errorCode', error_code, 'response', response) order by number)
  from (select * from webhook_attempts where delivery_id = delivery.id order by number desc limit ${MOST_SHOWN}) as last), '[]') as log`;

const WHOLE = `${COLUMNS}, ${resultsOfMessage('delivery')} as results, ${linksOfMessage('delivery')} as "answerLinks"`;

export interface DeliveryFilter {
  webhookId: string;
  limit: number;
  state?: string | undefined;
  /** Only messages before this delivery; all, if it is not there. */
  before?: string | undefined;
  /** Only messages after this delivery, in their order; all, if it is not there. */
  after?: string | undefined;
}

/** Newest first; with `after` oldest first. */
export const listDeliveries = (
  sql: Sql,
  { webhookId, limit, state, before, after }: DeliveryFilter,
): Promise<LoggedDelivery[]> => {
  const values = { webhookId, limit, states: state === undefined ? STATES : [state] };
  return after === undefined
    ? sql.rows<LoggedDelivery>(LIST, { ...values, before: before ?? null })
    : sql.rows<LoggedDelivery>(LIST_AFTER, { ...values, after });
};

const STATES = ['pending', 'delivered', 'failed'] as const;
const PLACE = (id: string) =>
  `(select seq from webhook_deliveries where id = ${id}::uuid and webhook_id = :webhookId)`;
/** Looks at only as many of each state as are shown. */
const PAGE = (columns: string, condition: string, order: string) => `
select ${columns} from unnest(:states::text[]) as given (state) cross join lateral (
  select * from webhook_deliveries as one where one.webhook_id = :webhookId and one.state = given.state and ${condition}
  order by ${order} limit :limit
) as delivery order by ${order} limit :limit`;
const LIST = PAGE(COLUMNS, `seq < coalesce(${PLACE(':before')}, 9223372036854775807)`, 'seq desc');
const LIST_AFTER = PAGE(WHOLE, `seq > coalesce(${PLACE(':after')}, 0)`, 'seq');

export const findDelivery = (
  sql: Sql,
  webhookId: string,
  deliveryId: string,
): Promise<LoggedDelivery | undefined> => sql.row<LoggedDelivery>(FIND, { webhookId, deliveryId });

const FIND = `
select ${WHOLE} from webhook_deliveries as delivery where id = :deliveryId and webhook_id = :webhookId`;

/**
 * What comes after a delivery. A webhook without a URL has its messages read that way: what had not been read is then,
 * in its order, put behind all that was, so that nobody misses what was stored later than what happened after it.
 */
export const readOn = (sql: Sql, filter: DeliveryFilter & { after: string }): Promise<LoggedDelivery[]> =>
  sql.transaction(async (inner) => {
    const { webhookId, limit, state } = filter;
    if (!(await inner.row(NOTE_READING, { webhookId }))) return listDeliveries(inner, filter);
    await inner.rows(PUT_LAST, { webhookId, limit });
    return listDeliveries(inner, { ...filter, state: state ?? 'delivered' });
  });

/** So that it is kept; and of two readers one waits for the other. */
const NOTE_READING = `
update webhooks set read_at = clock_timestamp() where id = :webhookId and url is null returning id`;
const PUT_LAST = `
update webhook_deliveries set state = 'delivered', finished_at = clock_timestamp(), seq = unread.place
from (
  select id, nextval(pg_get_serial_sequence('webhook_deliveries', 'seq')) as place from (
    select id from webhook_deliveries where webhook_id = :webhookId and state = 'pending' order by seq limit :limit
  ) as first offset 0
) as unread
where webhook_deliveries.id = unread.id`;

/** A message of its own about the webhook. Undefined: there is no such webhook, or it is disabled. */
export const tell = (
  sql: Sql,
  { webhookId, type, facts, ...change }: WebhookChange & { type: string; facts: object },
): Promise<{ deliveryId: string } | 'webhook_disabled' | ChangeRefusal> =>
  asOwner<{ deliveryId: string } | 'webhook_disabled' | 'not_found'>(sql, change, async (inner) => {
    const values = { webhookId, projectId: change.projectId };
    const webhook = await inner.row<{ disabled: boolean }>(TRY_NOW, values);
    if (!webhook) return 'not_found';
    if (webhook.disabled) return 'webhook_disabled';
    const noted = await inner.row<{ deliveryId: string }>(TELL, {
      webhookId,
      type,
      facts: JSON.stringify(facts),
    });
    return noted!;
  });

/** A webhook that fails or is held is tried at once, since a user asked for it, also if an attempt under way fails. */
const TRY_NOW = `
update webhooks set asked_at = clock_timestamp(), held_until = null, retry_at = case when failures >= ${FAILING_AFTER} then clock_timestamp() end where id = :webhookId and project_id = :projectId
returning disabled is not null as disabled`;

const TELL = `
insert into webhook_deliveries (message_id, webhook_id, type, at, facts, since, due_at)
select gen_random_uuid(), :webhookId::uuid, :type, at, :facts::jsonb, at, at from (select clock_timestamp() as at offset 0) as moment
returning id as "deliveryId"`;

/**
 * Sends it once more, under the same message id, with all retries: now, or when the attempt has ended that is under way.
 */
export const sendAgain = (
  sql: Sql,
  { webhookId, deliveryId, ...change }: WebhookChange & { deliveryId: string },
): Promise<'sent' | 'webhook_disabled' | ChangeRefusal> =>
  asOwner<'sent' | 'webhook_disabled' | 'not_found'>(sql, change, async (inner) => {
    const about = { webhookId, projectId: change.projectId };
    const webhook = await inner.row<{ disabled: boolean }>(TRY_NOW, about);
    if (!webhook) return 'not_found';
    if (webhook.disabled) return 'webhook_disabled';
    return (await inner.row(SEND_AGAIN, { webhookId, deliveryId })) ? 'sent' : 'not_found';
  });

/** Runs after its webhook is locked, as attempts do. A supervisor that has it under way finds another `since`. */
const SEND_AGAIN = `
update webhook_deliveries set state = 'pending', since = clock_timestamp(), finished_at = null,
  due_at = case when taken then due_at else clock_timestamp() end
where id = :deliveryId and webhook_id = :webhookId returning id`;
