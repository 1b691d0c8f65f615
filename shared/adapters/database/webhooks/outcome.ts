/* What became of an attempt: stored together with what it means for its delivery, those behind it and its webhook, or not at all. */
import type { Sql } from '../sql.ts';

/**
 * A delivery that is under way, as it was when it was taken. What a user asks for meanwhile changes the times, by which it
 * is known; they are texts, as those have microseconds.
 */
export interface UnderWay {
  id: string;
  webhookId: string;
  /** Which attempt it is, from 1. */
  attempts: number;
  /** Changed if it was sent again. */
  since: string;
  /** Changed if the webhook was enabled, or given another URL. */
  webhookSince: string;
  /** Changed if another attempt failed. */
  webhookRetryAt: string | null;
  /** Changed if the webhook was to be tried at once. */
  webhookAskedAt: string | null;
}

export interface Attempt {
  delivery: UnderWay;
  /** How long it took. When it began follows from that, by the database's clock. */
  ms: number;
  /** Status of the answer, if there was one. */
  status: number | undefined;
}

export interface FailedAttempt extends Attempt {
  /** A sentence. */
  error: string;
  /** The same as a stable code. */
  errorCode: string;
  /** The beginning of the answer's body. */
  response: string | undefined;
  /** The receiver says that it is gone for good. */
  gone: boolean;
  /** How long the receiver is left alone, as it asked for, ms. */
  pauseMs: number | undefined;
}

/** When what fails is tried again, and when no more. */
export interface RetryRules {
  /** The pause after the first failure, ms. It grows fourfold with each further one. */
  firstMs: number;
  /** The longest pause between two tries of one delivery, ms. */
  maxMs: number;
  /** The longest pause between two tries of a webhook that fails with everything, ms. */
  webhookMaxMs: number;
  /** How long until a delivery is given up, and a webhook that has failed all the time is disabled, ms. */
  giveUpMs: number;
}

/** The next one of its run is due at once; or this one, if it was sent again meanwhile. */
export async function storeDelivered(sql: Sql, attempt: Attempt): Promise<void> {
  const { webhookId, since, webhookSince } = attempt.delivery;
  const about = { webhookId, since, webhookSince };
  const unfailed = { error: null, errorCode: null, response: null };
  await sql.rows(DELIVERED, { ...valuesOf(attempt), ...about, ...unfailed });
}

/** What followed of a failure. */
export interface AfterFailure {
  /** The delivery is given up. */
  givenUp: boolean;
  /** The webhook is disabled by this, and why. */
  disabled: 'gone' | 'failing' | null;
  projectId: string;
  failingSince: Date | null;
}

/**
 * Undefined: another supervisor has tried it meanwhile, or it is gone; or the webhook was changed, and the delivery is due
 * at once. Then the attempt is kept, and does not count against the webhook.
 */
export const storeFailure = (
  sql: Sql,
  attempt: FailedAttempt,
  rules: RetryRules,
  random: () => number = Math.random,
): Promise<AfterFailure | undefined> => {
  const { webhookId, since, webhookSince, webhookRetryAt, webhookAskedAt, attempts } = attempt.delivery;
  return sql.row<AfterFailure & Record<string, unknown>>(FAILED, {
    ...valuesOf(attempt),
    webhookId,
    since,
    webhookSince,
    webhookRetryAt,
    webhookAskedAt,
    error: storable(attempt.error),
    errorCode: attempt.errorCode,
    response: attempt.response ? storable(attempt.response) : null,
    gone: attempt.gone,
    giveUpMs: rules.giveUpMs,
    webhookMaxMs: rules.webhookMaxMs,
    firstMs: rules.firstMs,
    spread: 0.75 + random() / 2,
    delayMs: Math.min(rules.maxMs, rules.firstMs * 4 ** (attempts - 1)),
    pauseMs: attempt.pauseMs ?? 0,
  });
};

/** An attempt that was broken off by a supervisor that leaves: due at once, and as if it had not been. */
export async function giveBack(sql: Sql, { id, attempts }: UnderWay): Promise<void> {
  await sql.rows(GIVE_BACK, { deliveryId: id, number: attempts });
}

const valuesOf = ({ delivery, ms, status }: Attempt) => ({
  deliveryId: delivery.id,
  number: delivery.attempts,
  ms: Math.round(ms),
  status: status ?? null,
});

const storable = (text: string): string => text.replaceAll('\0', '\ufffd').toWellFormed();

/** When the attempt began. */
const BEGAN = `clock_timestamp() - :ms::int * interval '1 ms'`;

const LOGGED = `
logged as (
  insert into webhook_attempts (delivery_id, number, at, ms, status, error, error_code, response)
  select id, :number::int, ${BEGAN}, :ms::int, :status::int, :error::text, :errorCode::text, :response::text
  from webhook_deliveries where id = :deliveryId
  on conflict do nothing
)`;

/** The next one behind `done (id, webhook_id, run_id, state)`, if that is not in the way any more. */
const NEXT_OF_RUN = `
woken as (
  update webhook_deliveries set due_at = clock_timestamp()
  from done cross join lateral (
    select next.id from webhook_deliveries as next
    where next.webhook_id = done.webhook_id and next.run_id = done.run_id and next.state = 'pending' and next.id <> done.id
    order by next.seq limit 1
  ) as head
  where webhook_deliveries.id = head.id and not webhook_deliveries.taken and done.state <> 'pending'
)`;

/** The webhook is locked before its deliveries, here as where a user asks for something, so that nobody waits in a circle. */
const WEBHOOK = (condition: string) => `
webhook as materialized (
  select * from webhooks where id = :webhookId and ${condition} for no key update
)`;
const IS_SENT_AGAIN = 'one.since <> :since::timestamptz';
const IS_ANEW = 'webhook.since <> :webhookSince::timestamptz';

/** One that arrives after it was taken for lost has arrived all the same. */
const DELIVERED = `
with ${WEBHOOK('failures > 0')},
done as (
  update webhook_deliveries as one set taken = false,
    state = case when ${IS_SENT_AGAIN} then 'pending' else 'delivered' end,
    finished_at = case when not ${IS_SENT_AGAIN} then clock_timestamp() end,
    due_at = case when ${IS_SENT_AGAIN} then clock_timestamp() else due_at end
  from (select count(*) from webhook) as locked
  where one.id = :deliveryId and one.state = 'pending'
  returning one.id, one.webhook_id, one.run_id, one.state
),${LOGGED},${NEXT_OF_RUN}
update webhooks set failures = 0, failing_since = null, retry_at = null, last_error = null, last_error_code = null, last_status = null
from done, webhook where webhooks.id = webhook.id and not ${IS_ANEW}`;

/** How many failures in a row, of whatever it was sent, mean that the webhook fails, and not only a delivery. */
export const FAILING_AFTER = 3;

const IS_TOO_LATE = `clock_timestamp() - greatest(one.since, webhook.since) > :giveUpMs::float8 * interval '1 ms'`;

/**
 * A failing webhook is tried again after as long as it has failed, so attempts that fail at once count as one. A pause that
 * the receiver asks for holds all its deliveries. Neither pause is made if a user asked for a try meanwhile.
 */
const FAILED = `
with ${WEBHOOK('true')},
done as (
  update webhook_deliveries as one set taken = false,
    state = case when ${IS_TOO_LATE} then 'failed' else 'pending' end,
    finished_at = case when ${IS_TOO_LATE} then clock_timestamp() end,
    due_at = clock_timestamp() + case when ${IS_SENT_AGAIN} or ${IS_ANEW} then 0 else greatest(:pauseMs::float8, :delayMs::float8 * :spread::float8) end * interval '1 ms'
  from webhook
  where one.id = :deliveryId and one.attempts = :number and one.state = 'pending'
  returning one.id, one.webhook_id, one.run_id, one.state
),${LOGGED},${NEXT_OF_RUN},
judged as (
  select webhook.id, done.state, webhook.failures + 1 as failures,
    webhook.retry_at, webhook.retry_at is distinct from :webhookRetryAt::timestamptz as has_moved,
    webhook.asked_at is distinct from :webhookAskedAt::timestamptz as is_asked,
    coalesce(webhook.failing_since, ${BEGAN}) as since,
    case
      when webhook.disabled is not null then webhook.disabled
      when :gone::boolean then 'gone'
      when webhook.failing_since < clock_timestamp() - :giveUpMs::float8 * interval '1 ms' then 'failing'
    end as disabled,
    webhook.disabled is not null as was_disabled
  from done, webhook where not ${IS_ANEW}
),
changed as (
  update webhooks set failures = judged.failures, failing_since = judged.since,
    last_error = :error, last_error_code = :errorCode, last_status = :status::int,
    held_until = case when :pauseMs::float8 > 0 and not judged.is_asked then greatest(held_until, clock_timestamp() + :pauseMs::float8 * interval '1 ms') else held_until end,
    disabled = judged.disabled, disabled_at = case when judged.disabled is not null then coalesce(disabled_at, clock_timestamp()) end,
    retry_at = case
      when judged.has_moved or judged.is_asked then judged.retry_at
      when judged.failures >= ${FAILING_AFTER} then clock_timestamp() + :spread::float8 * interval '1 ms'
        * least(:webhookMaxMs::float8, greatest(:firstMs::float8, extract(epoch from clock_timestamp() - judged.since) * 1000))
    end
  from judged where webhooks.id = judged.id
  returning webhooks.project_id
)
select judged.state = 'failed' as "givenUp", case when not judged.was_disabled then judged.disabled end as disabled,
  changed.project_id as "projectId", judged.since as "failingSince"
from judged, changed`;

const GIVE_BACK = `
update webhook_deliveries set taken = false, attempts = attempts - 1, due_at = clock_timestamp()
where id = :deliveryId and attempts = :number and state = 'pending'`;
