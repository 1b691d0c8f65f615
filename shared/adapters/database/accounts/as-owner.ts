import type { UserRole } from '#shared/api/contract/accounts/roles.ts';
import type { Sql } from '../sql.ts';
import { type Acting, ENDED_TOKENS, holdsCredential } from './acting.ts';
import type { EndedTokens } from './token-issue.ts';

/*
 * The right to change a project is checked and locked in the transaction that changes it (I11). Locks are taken in one
 * order: users by id, the key or session, the project, its owners by id, then the rows that change (lock-order.md).
 */

/** Who changes a project. */
export interface ActingOwner extends Acting {
  /** The key is an admin's, made to change what its user has no role in. */
  byAdminKey?: boolean;
}

/** `unauthorized`: there is no such user any more, or its key, session or token is over. `not_found`: nor may it know of the project. */
export type ChangeRefusal = 'unauthorized' | 'forbidden' | 'not_found';

/** What is changed, by whom; `userId` is the user that it is about, if it is about one. */
export interface ProjectChange {
  projectId: string;
  by: ActingOwner;
  userId?: string;
}

/** Changes a project as one of its owners, or not at all: then it says why. `email` is the owner's. */
export const asOwner = <Result>(
  sql: Sql,
  { projectId, by, userId }: ProjectChange,
  change: (inner: Sql, email: string) => Promise<Result>,
): Promise<Result | ChangeRefusal> =>
  sql.transaction(async (inner) => {
    const actor = await lockActor(inner, by, userId);
    if (!actor) return 'unauthorized';
    if (!(await inner.row(LOCK_PROJECT, { projectId }))) return 'not_found';
    const owners = await inner.rows<{ userId: string }>(LOCK_OWNERS, { projectId });
    const isOwner = owners.some((owner) => owner.userId === by.userId);
    if (isOwner || (by.byAdminKey && actor.role === 'admin')) return change(inner, actor.email);
    const seen = actor.role === 'admin' || (await inner.row(FIND_MEMBER, { projectId, userId: by.userId }));
    return seen ? 'forbidden' : 'not_found';
  });

/** Who acts, until the end of the transaction; undefined if it may not any more. `alongside` is locked too. */
export async function lockActor(
  inner: Sql,
  by: Acting,
  alongside = by.userId,
): Promise<{ email: string; role: UserRole } | undefined> {
  const users = await inner.rows<LockedUser>(LOCK_USERS, { userId: [by.userId, alongside] });
  const actor = users.find(({ id }) => id === by.userId);
  return actor && (await holdsCredential(inner, by, actor)) ? actor : undefined;
}

interface LockedUser extends EndedTokens {
  id: string;
  email: string;
  role: UserRole;
}

/** Not their ids: whatever refers to users and projects (runs, API keys) is stored meanwhile without waiting. */
const LOCK_USERS = `
select id, email, role, ${ENDED_TOKENS} from users where id = any(:userId::uuid[]) and deleted_at is null
order by id for no key update`;
const LOCK_PROJECT = 'select id from projects where id = :projectId for no key update';
/** All of them: of two that leave at once the second sees that the first is gone. */
const LOCK_OWNERS = `
select user_id as "userId" from project_members where project_id = :projectId and role = 'owner' order by user_id for update`;
const FIND_MEMBER = 'select user_id from project_members where project_id = :projectId and user_id = :userId';
