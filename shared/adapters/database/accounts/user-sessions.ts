import { randomUUID } from 'node:crypto';
import type { Sql } from '../sql.ts';
import type { TokenOwnerRow } from './actors.ts';

/** However much it is used. */
export const SESSION_DAYS = 7;
/** How long a session lasts without a request. */
const IDLE_HOURS = 24;
/** Most sessions of one user; one more ends the oldest. */
const MOST_SESSIONS = 50;

export interface SessionOwnerRow extends TokenOwnerRow {
  sessionId: string;
  /** The token epoch of the user when the session began: it ends with the tokens of that. */
  epoch: number;
  expiresAt: Date;
  /** Its last use was noted longer ago than it has to be right. */
  useIsDue: boolean;
}

const IS_LIVE = `expires_at > clock_timestamp() and used_at > clock_timestamp() - interval '${IDLE_HOURS} hours'`;

/** Undefined also for a session that is over, or of a deleted user. */
export const findSessionOwner = (sql: Sql, secretHash: string): Promise<SessionOwnerRow | undefined> =>
  sql.row<SessionOwnerRow>(
    `select users.id, email, role, users.token_epoch as "tokenEpoch", tokens_ended_at as "tokensEndedAt",
       session.id as "sessionId", session.token_epoch as epoch, expires_at as "expiresAt",
       used_at < clock_timestamp() - interval '5 minutes' as "useIsDue"
     from user_sessions as session join users on users.id = session.user_id
     where secret_hash = :secretHash and deleted_at is null and ${IS_LIVE}`,
    { secretHash },
  );

/** Notes the use of a session, at most every five minutes, however many gateways ask for it. */
export async function noteSessionUse(sql: Sql, id: string): Promise<void> {
  await sql.rows(
    `update user_sessions set used_at = clock_timestamp()
     where id = :id and used_at < clock_timestamp() - interval '5 minutes'`,
    { id },
  );
}

export interface NewSession {
  userId: string;
  secretHash: string;
  /** Token epoch of the user whose password was checked. */
  epoch: number;
}

/** Resolves to its end. Sessions that are over, and the user's oldest if there are too many, go. */
export async function createSession(sql: Sql, { userId, secretHash, epoch }: NewSession): Promise<Date> {
  const row = await sql.row<{ expiresAt: Date }>(
    `insert into user_sessions (id, user_id, secret_hash, token_epoch, expires_at)
     values (:id, :userId, :secretHash, :epoch, clock_timestamp() + interval '${SESSION_DAYS} days')
     returning expires_at as "expiresAt"`,
    { id: randomUUID(), userId, secretHash, epoch },
  );
  await sql.rows(CLEAN, { userId, most: MOST_SESSIONS });
  return row!.expiresAt;
}

export async function endSession(sql: Sql, secretHash: string): Promise<void> {
  await sql.rows('delete from user_sessions where secret_hash = :secretHash', { secretHash });
}

/** A few of those that are over each time are more than come. */
const CLEAN = `
with over as materialized (
  select id from user_sessions where expires_at < (select clock_timestamp()) order by expires_at limit 10 for update skip locked
),
oldest as materialized (
  select id from user_sessions where user_id = :userId order by created_at desc offset :most for update skip locked
)
delete from user_sessions where id in (select id from over union select id from oldest)`;
