import { createHash } from 'node:crypto';
import type { Sql } from '../sql.ts';

/** How many logins may fail within the window, which begins with the first of them. */
export interface LoginLimits {
  /** Most attempts on an account from one address. */
  ofAccountFromAddress: number;
  /** Most attempts on an account from all addresses that its user has not signed in from. */
  ofAccount: number;
  ofAddress: number;
  windowMs: number;
}

export interface LoginAttempt {
  email: string;
  /** Where it comes from, as text. */
  address: string;
}

/**
 * Counts an attempt before its password is checked, so that many at once cannot slip through; a success gives it back.
 * Undefined: go on; else ms until the next try. Known addresses of a user are not delayed by attempts from elsewhere.
 */
export async function countLoginAttempt(
  sql: Sql,
  attempt: LoginAttempt,
  { ofAccountFromAddress, ofAccount, ofAddress, windowMs }: LoginLimits,
): Promise<number | undefined> {
  const row = await sql.row<{ waitMs: number | null }>(COUNT_ATTEMPT, {
    ...subjectsOf(attempt),
    ofAddress,
    ofAccountFromAddress,
    ofAccount,
    windowMs,
  });
  return row?.waitMs ?? undefined;
}

/**
 * The account starts afresh from this address, which its user is now known to sign in from; elsewhere only this attempt
 * is taken back.
 */
export async function resetLoginAttempts(sql: Sql, attempt: LoginAttempt, userId: string): Promise<void> {
  const subjects = subjectsOf(attempt);
  await sql.rows(RESET_ATTEMPTS, subjects);
  await sql.rows(KNOW_ADDRESS, { pair: subjects.pair, userId });
}

/** Those whose window is over say nothing any more. */
export async function deleteOldLoginAttempts(sql: Sql): Promise<void> {
  await sql.rows(`delete from login_attempts where subject in (
    select subject from login_attempts where until < clock_timestamp() order by subject for update skip locked)`);
}

/** Hashed: people type passwords into the field of the e-mail. */
const subjectsOf = ({ address, email }: LoginAttempt) => ({
  address: `address:${hash(address)}`,
  pair: `account:${hash(email)}:${hash(address)}`,
  account: `account:${hash(email)}`,
});
const hash = (text: string): string => createHash('sha256').update(text).digest('base64url');

const COUNTED = `on conflict (subject) do update set
    failures = case when seen.until > (select at from moment) then seen.failures + 1 else 1 end,
    until = case when seen.until > (select at from moment) then seen.until else excluded.until end
  returning failures, until`;
const COUNT_ATTEMPT = `
with moment as materialized (select clock_timestamp() as at),
address as (
  insert into login_attempts as seen (subject, failures, until)
  select :address, 1, at + :windowMs::float8 * interval '1 ms' from moment ${COUNTED}
),
pair as (
  insert into login_attempts as seen (subject, failures, until)
  select :pair, 1, at + :windowMs::float8 * interval '1 ms' from moment, address where address.failures <= :ofAddress ${COUNTED}
),
account as (
  insert into login_attempts as seen (subject, failures, until)
  select :account, 1, at + :windowMs::float8 * interval '1 ms' from moment, pair
  where pair.failures <= :ofAccountFromAddress and not exists (select from login_addresses where subject = :pair) ${COUNTED}
),
refused as (
  select until from address where failures > :ofAddress union all select until from pair where failures > :ofAccountFromAddress
  union all select until from account where failures > :ofAccount
)
select extract(epoch from max(until) - (select at from moment))::float8 * 1000 as "waitMs" from refused`;

/** Locked in the same order as above: statements that lock in one order do not wait for each other. */
const RESET_ATTEMPTS = `
with address as (
  update login_attempts set failures = greatest(failures - 1, 0) where subject = :address returning subject
),
pair as (
  delete from login_attempts where subject = :pair and (select count(*) from address) >= 0 returning subject
)
update login_attempts set failures = greatest(failures - 1, 0)
where subject = :account and (select count(*) from pair) >= 0
  and not exists (select from login_addresses where login_addresses.subject = :pair)`;

/** Keeps the latest ones of each user. */
const KNOW_ADDRESS = `
with known as (
  insert into login_addresses (subject, user_id) values (:pair, :userId)
  on conflict (subject) do update set used_at = clock_timestamp(), user_id = excluded.user_id
)
delete from login_addresses where subject in (
  select subject from login_addresses where user_id = :userId and subject <> :pair order by used_at desc offset 19
)`;
