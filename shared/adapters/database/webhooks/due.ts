/*
 * The deliveries that are to be tried now. Those of one run to one webhook form a row, of which only the head is taken, so
 * that they arrive in order. One that is taken is not due before its supervisor counts as lost.
 */
import { type Columns, columns } from '../columns.ts';
import type { WebhookDeliveryEntity } from '../entities/webhooks.ts';
import { type Results, resultsOfMessage } from '../runs/results.ts';
import type { Sql } from '../sql.ts';
import { FAILING_AFTER, type UnderWay } from './outcome.ts';
import { IS_SENT, linksOfMessage, MAY_BE_TRIED_SINCE, PENDING } from './pending.ts';

export interface DueWebhook {
  id: string;
  /** Who made it. */
  userId: string;
  /** Its last attempt failed: it is tried with one delivery until it answers. */
  failing: boolean;
  /** It began anew, and more waits that is to be sent at once: `makeDue`. */
  hasMoreToMakeDue: boolean;
}

/** Those that have something due and may be tried. */
export const findDueWebhooks = (sql: Sql): Promise<DueWebhook[]> => sql.rows<DueWebhook>(DUE_WEBHOOKS);

/** Looks at one delivery of each webhook, whatever the planner thinks of their number. */
const DUE_WEBHOOKS = `
with recursive ${PENDING}
select webhooks.id, webhooks.user_id as "userId", webhooks.failures >= ${FAILING_AFTER} as failing,
  webhooks.make_due_from is not null as "hasMoreToMakeDue"
from pending join webhooks on webhooks.id = pending.webhook_id
cross join lateral (
  select due_at from webhook_deliveries where webhook_id = webhooks.id and state = 'pending' order by due_at limit 1
) as first
where ${IS_SENT} and ${MAY_BE_TRIED_SINCE} <= clock_timestamp()`;

const TAKEN = ['id', 'messageId', 'webhookId', 'runId', 'type', 'at', 'facts', 'attempts'] as const;

/** A delivery that is to be tried now, with what that takes. `attempts` includes this one. */
export interface TakenDelivery
  extends Columns<typeof WebhookDeliveryEntity, (typeof TAKEN)[number]>,
    UnderWay {
  url: string;
  /** What its run has found, if it tells of its end. */
  results: Results | null;
  /** It asks a person, and its project allows links that answer. */
  answerLinks: boolean | null;
  /** Who made the webhook. */
  userId: string;
  /** That sign now: one, or two while one takes the place of the other. */
  secrets: string[];
}

interface Taking {
  webhookId: string;
  /** How many there is room for. */
  most: number;
  /** How long until the supervisor that took them counts as lost, ms. */
  withinMs: number;
}

/**
 * Takes the heads that are longest due, unless the webhook is disabled or held by now; others that it comes upon are put behind
 * theirs, and so not come upon again.
 */
export const takeDeliveries = (sql: Sql, { webhookId, most, withinMs }: Taking): Promise<TakenDelivery[]> =>
  sql.rows<TakenDelivery>(TAKE, { webhookId, most, look: most * LOOKED_AT, withinMs });

/** How many are looked at, and so locked, for each that there is room for: those of a run wait for its head. */
const LOOKED_AT = 12;
/** How long one waits behind a head that is under way; when that has arrived, the next is due at once. */
const BEHIND = `interval '1 s'`;

/** Its receiver has not asked to be left alone. */
const IS_NOT_HELD = '(webhooks.held_until is null or webhooks.held_until <= clock_timestamp())';

const TAKE = `
with moment as materialized (select clock_timestamp() as at),
due as materialized (
  select id, run_id, seq from webhook_deliveries
  where webhook_id = :webhookId and state = 'pending' and due_at <= (select at from moment)
    and exists (select from webhooks where id = :webhookId and disabled is null and ${IS_NOT_HELD})
  order by due_at limit :look for no key update skip locked
),
judged as materialized (
  select due.id, due.seq, head.id is not null as behind,
    case when head.taken or head.due_at <= moment.at then moment.at + ${BEHIND} else head.due_at end as until
  from moment, due left join lateral (
    select id, taken, due_at from webhook_deliveries as other
    where other.webhook_id = :webhookId and other.run_id = due.run_id and other.state = 'pending' and other.seq < due.seq
    order by other.seq limit 1
  ) as head on true
),
put_behind as (
  update webhook_deliveries set due_at = judged.until from judged
  where webhook_deliveries.id = judged.id and judged.behind
),
heads as materialized (select id from judged where not behind order by seq limit :most),
taken as (
  update webhook_deliveries set taken = true, attempts = attempts + 1,
    due_at = moment.at + :withinMs::float8 * interval '1 ms'
  from heads, moment where webhook_deliveries.id = heads.id
  returning ${columns<typeof WebhookDeliveryEntity>(TAKEN, 'webhook_deliveries')}, webhook_deliveries.seq, webhook_deliveries.since::text,
    ${resultsOfMessage('webhook_deliveries')} as results, ${linksOfMessage('webhook_deliveries')} as "answerLinks"
)
select taken.*, webhooks.url, webhooks.user_id as "userId",
  array_remove(array[webhooks.secret,
    case when webhooks.previous_until > clock_timestamp() then webhooks.previous_secret end], null) as secrets,
  webhooks.since::text as "webhookSince", webhooks.retry_at::text as "webhookRetryAt", webhooks.asked_at::text as "webhookAskedAt"
from taken join webhooks on webhooks.id = taken."webhookId"
order by taken.seq`;

const PAGE = 1_000;

/**
 * Makes due what waits longer, of a webhook that began anew: what had failed, and what is behind that; some at a time, and
 * each once, so that what fails again meanwhile is not tried without a delay.
 */
export const makeDue = async (sql: Sql, webhookId: string): Promise<void> =>
  void (await sql.rows(MAKE_DUE, { webhookId, limit: PAGE }));

/** It skips locked rows: they are under way, or about to be. */
const MAKE_DUE = `
with webhook as materialized (
  select id, make_due_from from webhooks where id = :webhookId and make_due_from is not null for no key update skip locked
),
waiting as materialized (
  select id, due_at from webhook_deliveries
  where webhook_id = :webhookId and state = 'pending' and not taken and due_at >= (select make_due_from from webhook)
  order by due_at limit :limit for no key update skip locked
),
made as (
  update webhook_deliveries set due_at = clock_timestamp() from waiting where webhook_deliveries.id = waiting.id
)
update webhooks set make_due_from = (select case when count(*) = :limit then max(due_at) end from waiting)
from webhook where webhooks.id = webhook.id`;
