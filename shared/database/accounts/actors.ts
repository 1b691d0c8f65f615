import type { KeyScope, UserRole } from '#shared/contract/roles.ts';
import type { Sql } from '../sql.ts';

export interface UserRow {
  id: string;
  email: string;
  role: UserRole;
}

/** Looked up for every request, so that deleted users and keys stop working at once. */
export const findUser = (sql: Sql, id: string): Promise<UserRow | undefined> =>
  sql.row<UserRow>('select id, email, role from users where id = $1', [id]);

export interface KeyOwnerRow extends UserRow {
  keyId: string;
  scopes: KeyScope[];
}

export const findKeyOwner = (sql: Sql, keyHash: string): Promise<KeyOwnerRow | undefined> =>
  sql.row<KeyOwnerRow>(
    `select api_keys.id as "keyId", scopes, users.id, email, role
     from api_keys join users on users.id = api_keys.user_id where key_hash = $1`,
    [keyHash],
  );
