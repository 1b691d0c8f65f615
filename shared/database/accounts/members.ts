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
const OWNERS = `owners as (
  select user_id from project_members where project_id = $1 and role = 'owner' order by user_id for update
)`;
const ANOTHER_OWNER = '(select count(*) from owners) > 1';

export type PutOutcome = MemberRow | 'unknown_user' | 'last_owner';

/** Adds the user of this e-mail, or changes its role. A project keeps at least one owner. */
export async function putMember(
  sql: Sql,
  { projectId, email, role }: { projectId: string; email: string; role: ProjectRole },
): Promise<PutOutcome> {
  const row = await sql.row<{ userId: string; email: string; put: boolean }>(PUT_MEMBER, [
    projectId,
    email,
    role,
  ]);
  if (!row) return 'unknown_user';
  return row.put ? { userId: row.userId, email: row.email, role } : 'last_owner';
}

/** The user first, as whoever deletes one does, then the owners, and only then the row of the member, which may be one of them. */
const PUT_MEMBER = `
with ${OWNERS},
found as (
  select users.id, email from users, projects
  where email = $2 and deleted_at is null and projects.id = $1 for key share
),
put as (
  insert into project_members as member (project_id, user_id, role)
  select $1, found.id, $3 from found, lateral (select count(*) from owners where found.id is not null) as locked
  on conflict (project_id, user_id) do update set role = excluded.role
    where member.role <> 'owner' or excluded.role = 'owner' or ${ANOTHER_OWNER}
  returning user_id
)
select id as "userId", email, exists (select from put) as put from found`;

export type RemoveOutcome = 'removed' | 'no_member' | 'last_owner';

/** A project keeps at least one owner. */
export async function removeMember(sql: Sql, projectId: string, userId: string): Promise<RemoveOutcome> {
  const row = await sql.row<{ removed: boolean; member: boolean }>(REMOVE_MEMBER, [projectId, userId]);
  if (row?.removed) return 'removed';
  return row?.member ? 'last_owner' : 'no_member';
}

const REMOVE_MEMBER = `
with ${OWNERS},
removed as (
  delete from project_members where project_id = $1 and user_id = $2 and (role <> 'owner' or ${ANOTHER_OWNER})
  returning user_id
)
select exists (select from removed) as removed,
  exists (select from project_members where project_id = $1 and user_id = $2) as member`;
