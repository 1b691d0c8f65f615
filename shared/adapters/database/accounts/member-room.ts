import type { Sql } from '../sql.ts';
import { type AccountLimits, reaches } from './account-limits.ts';

export type MemberRoom = 'room' | 'too_many_memberships' | 'too_many_members';

/**
 * Whether a user may become a member of a project; a member may. `sql` has to be a transaction: the user and the project
 * are locked, in this order, and then counted, so that the limits hold. It reads no more rows than they say (I14).
 */
export async function findMemberRoom(
  sql: Sql,
  { userId, projectId }: { userId: string; projectId: string },
  { memberships, members }: Pick<AccountLimits, 'memberships' | 'members'>,
): Promise<MemberRoom> {
  await sql.rows(LOCK_USER, { userId });
  await sql.rows(LOCK_PROJECT, { projectId });
  const row = await sql.row<{ member: boolean; userFull: boolean; projectFull: boolean }>(COUNT, {
    userId,
    projectId,
    memberships: memberships ?? null,
    members: members ?? null,
  });
  const { member, userFull, projectFull } = row!;
  if (member) return 'room';
  if (userFull) return 'too_many_memberships';
  return projectFull ? 'too_many_members' : 'room';
}

/** Not their keys: whatever refers to them (runs, API keys, members) is stored meanwhile without waiting. */
const LOCK_USER = 'select from users where id = :userId for no key update';
const LOCK_PROJECT = 'select from projects where id = :projectId for no key update';

const COUNT = `
select exists (select from project_members where user_id = :userId and project_id = :projectId) as member,
  ${reaches('project_members where user_id = :userId', ':memberships')} as "userFull",
  ${reaches('project_members where project_id = :projectId', ':members')} as "projectFull"`;
