import type { KeyScope, UserRole } from '#shared/api/contract/accounts/roles.ts';
import type { Sql } from '../sql.ts';

/** An API key with what its user may hear. */
export interface SubscriberRow {
  /** Which one of the asked it is, from 0. */
  place: number;
  keyId: string;
  keyHash: string;
  scopes: KeyScope[];
  userId: string;
  email: string;
  role: UserRole;
  /** Sorted; only some, if there are more than may be asked for. */
  projectIds: string[];
}

export interface AskedKey {
  keyId: string;
  /** The projects whose membership is looked up. */
  projects: 'all' | readonly string[];
}

/** Those of the keys that are good now. At most `maxProjects` are read of each, however many there are (I13). */
export const findSubscribers = (
  sql: Sql,
  asked: readonly AskedKey[],
  maxProjects: number,
): Promise<SubscriberRow[]> =>
  sql.rows<SubscriberRow>(
    `select asked.place::int - 1 as place, key.id as "keyId", key_hash as "keyHash", scopes, users.id as "userId",
       email, role, array(select project_id from (
         select project_id from project_members
         where user_id = users.id
           and (asked.projects is null or project_id = any(string_to_array(asked.projects, ',')::uuid[]))
         limit :maxProjects
       ) as mine order by project_id) as "projectIds"
     from unnest(:keyIds::uuid[], :projects::text[]) with ordinality as asked (key_id, projects, place)
     join api_keys as key on key.id = asked.key_id join users on users.id = key.user_id
     where deleted_at is null and (expires_at is null or expires_at > clock_timestamp())`,
    {
      keyIds: asked.map(({ keyId }) => keyId),
      projects: asked.map(({ projects }) => (projects === 'all' ? null : projects.join(','))),
      maxProjects,
    },
  );
