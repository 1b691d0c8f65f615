import type { UserRole } from '#shared/api/contract/accounts/roles.ts';
import type { Sql } from '../sql.ts';
import type { Acting } from './acting.ts';
import { lockActor } from './as-owner.ts';

/** What a sign-in with a password needs to know. */
export interface Credentials {
  id: string;
  email: string;
  role: UserRole;
  passwordHash: string;
  tokenEpoch: number;
}

/** Credentials of the user with this e-mail who is not deleted. */
export const findCredentials = (sql: Sql, email: string): Promise<Credentials | undefined> =>
  sql.row<Credentials & Record<string, unknown>>(
    `select id, email, role, password_hash as "passwordHash", token_epoch as "tokenEpoch"
     from users where email = :email and deleted_at is null`,
    { email },
  );

/** Password hash of a user that is not deleted. */
export async function readPasswordHash(sql: Sql, userId: string): Promise<string | undefined> {
  const row = await sql.row<{ hash: string }>(
    'select password_hash as hash from users where id = :userId and deleted_at is null',
    { userId },
  );
  return row?.hash;
}

/**
 * Changes the password if it is still the one that was checked, and ends all tokens. Resolves to the epoch of new ones.
 * `changed`: it has another one meanwhile; `unauthorized`: the caller was signed out meanwhile.
 */
export const changePassword = (
  sql: Sql,
  { by, from, to }: { by: Acting; from: string; to: string },
): Promise<{ epoch: number } | 'changed' | 'unauthorized'> =>
  sql.transaction(async (inner) => {
    if (!(await lockActor(inner, by))) return 'unauthorized';
    const { userId } = by;
    return (await inner.row<{ epoch: number }>(CHANGE_PASSWORD, { userId, from, to })) ?? 'changed';
  });

/** `unauthorized`: the caller was signed out meanwhile. */
export const endTokens = (sql: Sql, by: Acting): Promise<'ended' | 'unauthorized'> =>
  sql.transaction(async (inner) => {
    if (!(await lockActor(inner, by))) return 'unauthorized';
    await inner.rows(`update users set ${END_TOKENS} where id = :userId`, { userId: by.userId });
    return 'ended';
  });

const END_TOKENS = 'token_epoch = token_epoch + 1, tokens_ended_at = clock_timestamp()';
const CHANGE_PASSWORD = `
update users set password_hash = :to, ${END_TOKENS} where id = :userId and password_hash = :from
returning token_epoch as epoch`;
