import type { KeyScope, UserRole } from '#shared/contract/roles.ts';
import type { Sql } from '../sql.ts';

/** An API key with what its user may hear. */
export interface SubscriberRow {
  keyId: string;
  keyHash: string;
  scopes: KeyScope[];
  userId: string;
  email: string;
  role: UserRole;
  /** In a fixed order. */
  projectIds: string[];
}

/** Those of the keys that are good now. */
export const findSubscribers = (sql: Sql, keyIds: readonly string[]): Promise<SubscriberRow[]> =>
  sql.rows<SubscriberRow>(
    `select key.id as "keyId", key_hash as "keyHash", scopes, users.id as "userId", email, role,
       array(select project_id from project_members where user_id = users.id order by project_id) as "projectIds"
     from api_keys as key join users on users.id = key.user_id
     where key.id = any($1::uuid[]) and deleted_at is null
       and (expires_at is null or expires_at > clock_timestamp())`,
    [keyIds],
  );
