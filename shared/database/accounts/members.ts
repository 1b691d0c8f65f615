import type { ProjectRole } from '#shared/contract/roles.ts';
import type { Sql } from '../sql.ts';

export interface MemberRow {
  userId: string;
  email: string;
  role: ProjectRole;
}

/** Mightiest first, then by e-mail. */
export const listMembersOf = (sql: Sql, projectId: string): Promise<MemberRow[]> =>
  sql.rows<MemberRow>(
    `select users.id as "userId", email, member.role from project_members as member join users on users.id = user_id
     where project_id = $1 and deleted_at is null
     order by array_position(array['owner', 'operator', 'viewer'], member.role), email`,
    [projectId],
  );

/**
 * The owners of the project, locked: of two that leave at once the second sees that the first is gone. Only they may
 * change who is an owner, so nothing else has to be locked.
 */
const LOCK_OWNERS =
  "select user_id from project_members where project_id = $1 and role = 'owner' order by user_id for update";
const ANOTHER_OWNER = "(select count(*) from project_members where project_id = $1 and role = 'owner') > 1";

/** The member of the project that has this e-mail. Only the project's members are looked at, whoever else has an account. */
export const findMember = (sql: Sql, projectId: string, email: string): Promise<MemberRow | undefined> =>
  sql.row<MemberRow>(
    `select member.user_id as "userId", person.email, member.role
     from project_members as member, lateral (
       select email, deleted_at from users where users.id = member.user_id offset 0
     ) as person
     where member.project_id = $1 and person.email = $2 and person.deleted_at is null`,
    [projectId, email],
  );

export type ChangeOutcome = 'changed' | 'no_member' | 'last_owner';

/** A project keeps at least one owner. What whoever is no owner any more has sent in invitations is withdrawn. */
export const changeRole = (
  sql: Sql,
  { projectId, userId, role }: { projectId: string; userId: string; role: ProjectRole },
): Promise<ChangeOutcome> =>
  sql.transaction(async (inner) => {
    // The user first, as whoever deletes one does, then the owners, and only then the member, which may be one of them.
    await inner.rows('select from users where id = $1 for key share', [userId]);
    await inner.rows(LOCK_OWNERS, [projectId]);
    const row = await inner.row<{ changed: boolean; member: boolean }>(CHANGE_ROLE, [
      projectId,
      userId,
      role,
    ]);
    if (row?.changed) return 'changed';
    return row?.member ? 'last_owner' : 'no_member';
  });

const CHANGE_ROLE = `
with changed as (
  update project_members set role = $3 where project_id = $1 and user_id = $2 and (role <> 'owner' or $3 = 'owner'
    or ${ANOTHER_OWNER})
  returning user_id
),
withdrawn as (
  delete from project_invitations
  where project_id = $1 and invited_by = (select user_id from changed) and $3 <> 'owner'
)
select exists (select from changed) as changed,
  exists (select from project_members where project_id = $1 and user_id = $2) as member`;

export type RemoveOutcome = 'removed' | 'no_member' | 'last_owner';

/** A project keeps at least one owner. Invitations that the member has sent or got in it are withdrawn. */
export const removeMember = (sql: Sql, projectId: string, userId: string): Promise<RemoveOutcome> =>
  sql.transaction(async (inner) => {
    // The user first, as whoever invites or accepts does. What they did before is seen by the statement after the locks.
    await inner.rows('select from users where id = $1 for no key update', [userId]);
    await inner.rows(LOCK_OWNERS, [projectId]);
    const row = await inner.row<{ removed: boolean; member: boolean }>(REMOVE_MEMBER, [projectId, userId]);
    if (row?.removed) return 'removed';
    return row?.member ? 'last_owner' : 'no_member';
  });

const REMOVE_MEMBER = `
with removed as (
  delete from project_members where project_id = $1 and user_id = $2 and (role <> 'owner' or ${ANOTHER_OWNER})
  returning user_id
),
withdrawn as (
  delete from project_invitations using removed
  where project_id = $1 and (invited_by = removed.user_id
    or email = (select email from users where users.id = removed.user_id))
)
select exists (select from removed) as removed,
  exists (select from project_members where project_id = $1 and user_id = $2) as member`;
