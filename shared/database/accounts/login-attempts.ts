import { createHash } from 'node:crypto';
import type { Sql } from '../sql.ts';

/** How many logins may fail within the window, which begins with the first of them. */
export interface LoginLimits {
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
 * Counts an attempt before its password is looked at, so that many at once cannot slip through; a success gives it
 * back. Undefined: go on; else how long until the next try, ms. An address that is over its limit does not count
 * against accounts.
 */
export async function countLoginAttempt(
  sql: Sql,
  attempt: LoginAttempt,
  { ofAccount, ofAddress, windowMs }: LoginLimits,
): Promise<number | undefined> {
  const row = await sql.row<{ waitMs: number | null }>(COUNT_ATTEMPT, [
    ...subjectsOf(attempt),
    ofAddress,
    ofAccount,
    windowMs,
  ]);
  return row?.waitMs ?? undefined;
}

/** The account starts afresh; of its address only this attempt is taken back. */
export async function forgiveLoginAttempt(sql: Sql, attempt: LoginAttempt): Promise<void> {
  await sql.rows(FORGIVE_ATTEMPT, subjectsOf(attempt));
}

/** Those whose window is over say nothing any more. */
export async function deleteOldLoginAttempts(sql: Sql): Promise<void> {
  await sql.rows(`delete from login_attempts where subject in (
    select subject from login_attempts where until < clock_timestamp() order by subject for update skip locked)`);
}

/** Hashed: people type passwords into the field of the e-mail. */
const subjectsOf = ({ address, email }: LoginAttempt): [string, string] => [
  `address:${hash(address)}`,
  `account:${hash(email)}`,
];
const hash = (text: string): string => createHash('sha256').update(text).digest('base64url');

const COUNTED = `on conflict (subject) do update set
    failures = case when seen.until > (select at from moment) then seen.failures + 1 else 1 end,
    until = case when seen.until > (select at from moment) then seen.until else excluded.until end
  returning failures, until`;
const COUNT_ATTEMPT = `
with moment as materialized (select clock_timestamp() as at),
address as (
  insert into login_attempts as seen (subject, failures, until)
  select $1, 1, at + $5::float8 * interval '1 ms' from moment ${COUNTED}
),
account as (
  insert into login_attempts as seen (subject, failures, until)
  select $2, 1, at + $5::float8 * interval '1 ms' from moment, address where address.failures <= $3 ${COUNTED}
),
refused as (
  select until from address where failures > $3 union all select until from account where failures > $4
)
select extract(epoch from max(until) - (select at from moment))::float8 * 1000 as "waitMs" from refused`;

/** The address first, as above: statements that lock in one order do not wait for each other. */
const FORGIVE_ATTEMPT = `
with address as (
  update login_attempts set failures = greatest(failures - 1, 0) where subject = $1 returning subject
)
delete from login_attempts where subject = $2 and (select count(*) from address) >= 0`;
