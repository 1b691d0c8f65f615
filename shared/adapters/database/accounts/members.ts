import type { ProjectRole } from '#shared/api/contract/accounts/roles.ts';
import type { Sql } from '../sql.ts';
import { asOwner, type ChangeRefusal, type ProjectChange } from './as-owner.ts';

export interface MemberRow {
  userId: string;
  email: string;
  role: ProjectRole;
}

/** Mightiest first, then by e-mail. */
export const listMembersOf = (sql: Sql, projectId: string): Promise<MemberRow[]> =>
  sql.rows<MemberRow>(
    `select users.id as "userId", email, member.role from project_members as member join users on users.id = user_id
     where project_id = :projectId and deleted_at is null
     order by array_position(array['owner', 'operator', 'viewer'], member.role), email`,
    { projectId },
  );

const ANOTHER_OWNER =
  "(select count(*) from project_members where project_id = :projectId and role = 'owner') > 1";

/** The member of the project with this e-mail. Only the project's members are considered. */
export const findMember = (sql: Sql, projectId: string, email: string): Promise<MemberRow | undefined> =>
  sql.row<MemberRow>(
    `select member.user_id as "userId", person.email, member.role
     from project_members as member, lateral (
       select email, deleted_at from users where users.id = member.user_id offset 0
     ) as person
     where member.project_id = :projectId and person.email = :email and person.deleted_at is null`,
    { projectId, email },
  );

export type ChangeOutcome = 'changed' | 'no_member' | 'last_owner' | ChangeRefusal;

/** A project keeps at least one owner. The invitations of a former owner are withdrawn. */
export const changeRole = (
  sql: Sql,
  { role, ...change }: Required<ProjectChange> & { role: ProjectRole },
): Promise<ChangeOutcome> =>
  asOwner(sql, change, async (inner) => {
    const values = { projectId: change.projectId, userId: change.userId, role };
    const row = await inner.row<{ changed: boolean; member: boolean }>(CHANGE_ROLE, values);
    if (row?.changed) return 'changed';
    return row?.member ? 'last_owner' : 'no_member';
  });

const CHANGE_ROLE = `
with changed as (
  update project_members set role = :role where project_id = :projectId and user_id = :userId and (role <> 'owner' or :role = 'owner'
    or ${ANOTHER_OWNER})
  returning user_id
),
withdrawn as (
  delete from project_invitations
  where project_id = :projectId and invited_by = (select user_id from changed) and :role <> 'owner'
)
select exists (select from changed) as changed,
  exists (select from project_members where project_id = :projectId and user_id = :userId) as member`;

export type RemoveOutcome = 'removed' | 'no_member' | 'last_owner' | ChangeRefusal;

/** A project keeps at least one owner. Invitations that the member has sent or got in it are withdrawn. */
export const removeMember = (sql: Sql, change: Required<ProjectChange>): Promise<RemoveOutcome> =>
  asOwner(sql, change, async (inner) => {
    const values = { projectId: change.projectId, userId: change.userId };
    const row = await inner.row<{ removed: boolean; member: boolean }>(REMOVE_MEMBER, values);
    if (row?.removed) return 'removed';
    return row?.member ? 'last_owner' : 'no_member';
  });

const REMOVE_MEMBER = `
with removed as (
  delete from project_members where project_id = :projectId and user_id = :userId and (role <> 'owner' or ${ANOTHER_OWNER})
  returning user_id
),
sent_or_got as (
  select invitation.id from project_invitations as invitation, removed
  where project_id = :projectId and (invited_by = removed.user_id
    or email = (select email from users where users.id = removed.user_id))
  order by invitation.id for update of invitation
),
withdrawn as (delete from project_invitations where id in (select id from sent_or_got))
select exists (select from removed) as removed,
  exists (select from project_members where project_id = :projectId and user_id = :userId) as member`;
