import type { Sql } from '../sql.ts';

export interface ConsumerClaim {
  userId: string;
  keyId: string;
  names: readonly string[];
  /** How many a user may have. */
  max: number;
  /** How long one is kept after its last sign-in, ms. */
  keptMs: number;
}

/** Up to where a consumer has had its events; what the columns mean is in the entity. */
export interface ConsumerPlace {
  name: string;
  hadUntil: Date | null;
  markSeq: number | null;
  markAt: Date | null;
  /** Whether the mark is a notice of a gap. */
  isNotice: boolean;
}

export interface ClaimedConsumer extends ConsumerPlace {
  /** Everything that was stored before this time has been published. */
  publishedUntil: Date;
}

export type ClaimOutcome = ClaimedConsumer[] | 'too_many' | 'no_key';

/**
 * Notes that a key uses these consumers, before they are made, so that leftovers of all of them can be found and deleted.
 * Those that are noted already cost one statement; new ones of a user are counted one after the other.
 */
export const claimConsumers = async (sql: Sql, claim: ConsumerClaim): Promise<ClaimOutcome> => {
  const { userId, keyId, names, max, keptMs } = claim;
  const renewed = await sql.rows<ClaimedConsumer>(RENEW, { keyId, names, keptMs });
  if (renewed.length === names.length) return renewed;
  return sql.transaction(async (inner) => {
    await inner.rows(LOCK, { userId });
    if ((await countOtherConsumers(inner, userId, names)) + names.length > max) return 'too_many';
    const noted = await inner.rows<ClaimedConsumer>(NOTE, { keyId, names, keptMs });
    return noted.length === names.length ? noted : 'no_key';
  });
};

/** How many consumers a user has besides these. */
export const countOtherConsumers = async (
  sql: Sql,
  userId: string,
  names: readonly string[],
): Promise<number> => (await sql.row<{ count: number }>(COUNT, { userId, names }))?.count ?? 0;

/** Keeps where consumers are now, unless another sign-in has done so since `before`. */
export async function storePlaces(
  sql: Sql,
  changes: readonly { before: ConsumerPlace; now: ConsumerPlace }[],
): Promise<void> {
  if (changes.length > 0) await sql.rows(STORE_PLACES, { changes: JSON.stringify(changes) });
}

const STORE_PLACES = `
update subscriber_consumers as consumer
set had_until = (now ->> 'hadUntil')::timestamptz, mark_seq = (now ->> 'markSeq')::bigint,
  mark_at = (now ->> 'markAt')::timestamptz, is_notice = (now ->> 'isNotice')::boolean
from json_to_recordset(:changes::json) as change (before json, now json)
where name = now ->> 'name' and mark_seq is not distinct from (before ->> 'markSeq')::bigint
  and is_notice = (before ->> 'isNotice')::boolean`;

/** Consumers whose time is over, the longest over first. */
export const findDueConsumers = async (sql: Sql, limit: number): Promise<string[]> =>
  (await sql.rows<{ name: string }>(DUE, { limit })).map(({ name }) => name);

/** After they were taken away: once more after `againMs`, since a sign-in may have been about to make one; then no more. */
export async function noteConsumersTaken(sql: Sql, names: readonly string[], againMs: number): Promise<void> {
  await sql.rows(TAKEN, { names, againMs });
}

/** Holds the key, so that its deletion comes after this and sees the rows. */
const KEY = `
key as (
  select id, user_id, least(expires_at, clock_timestamp() + :keptMs * interval '1 ms') as due_at from api_keys
  where id = :keyId and (expires_at is null or expires_at > clock_timestamp()) for key share
)`;

/**
 * What is unpublished is found by its run's start, off the index of the few that there are. A minute less, because a
 * statement that is not committed yet has an earlier time, and the clock of NATS may be another one.
 */
const CLAIMED = `
name, had_until as "hadUntil", mark_seq as "markSeq", mark_at as "markAt", is_notice as "isNotice",
coalesce((select created_at from unpublished order by created_at limit 1), clock_timestamp())
  - interval '1 minute' as "publishedUntil"`;

const RENEW = `with ${KEY}
update subscriber_consumers as consumer set due_at = key.due_at from key
where name = any(:names::text[]) and key_id = key.id and not ended returning ${CLAIMED}`;

const LOCK = `select pg_advisory_xact_lock(hashtextextended('subscriber_consumers ' || :userId, 0))`;

const COUNT = `
select count(*)::int as count from subscriber_consumers
where user_id = :userId and not ended and name <> all(:names::text[])`;

const NOTE = `with ${KEY}
insert into subscriber_consumers (name, user_id, key_id, due_at)
select name, key.user_id, key.id, key.due_at from key, unnest(:names::text[]) as name
on conflict (name) do update set ended = false, due_at = excluded.due_at
where subscriber_consumers.key_id = excluded.key_id returning ${CLAIMED}`;

const DUE = `
select name from subscriber_consumers where due_at < (select clock_timestamp()) order by due_at limit :limit`;

const TAKEN = `
with gone as (
  delete from subscriber_consumers where name = any(:names::text[]) and ended and due_at < clock_timestamp()
)
update subscriber_consumers set ended = true, due_at = clock_timestamp() + :againMs * interval '1 ms'
where name = any(:names::text[]) and not ended and due_at < clock_timestamp()`;
