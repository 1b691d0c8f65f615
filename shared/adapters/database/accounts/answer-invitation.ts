import type { ProjectRole } from '#shared/api/contract/accounts/roles.ts';
import type { Sql } from '../sql.ts';
import type { AccountLimits } from './account-limits.ts';
import type { Acting } from './acting.ts';
import { lockActor } from './as-owner.ts';
import { findMemberRoom, type MemberRoom } from './member-room.ts';

/** An answer to an invitation by the user that its e-mail is of. */
export interface InvitationAnswer {
  by: Acting;
  invitationId: string;
}

interface Joined {
  projectId: string;
  label: string;
  /** What the user is in the project now. */
  role: ProjectRole;
}

/** `not_found`: there is no such invitation, or not any more. */
export type AcceptOutcome = Joined | 'not_found' | 'unauthorized' | Exclude<MemberRoom, 'room'>;

/**
 * The user becomes a member, and the invitation is used up: both or neither. A user who is a member already keeps its
 * role.
 */
export const acceptInvitation = (
  sql: Sql,
  { by, invitationId }: InvitationAnswer,
  limits: Pick<AccountLimits, 'memberships' | 'members'> = {},
): Promise<AcceptOutcome> =>
  sql.transaction(async (inner) => {
    const { userId } = by;
    if (!(await lockActor(inner, by))) return 'unauthorized';
    const found = await inner.row<{ projectId: string }>(FIND, { invitationId, userId });
    if (!found) return 'not_found';
    const { projectId } = found;
    // It locks the user, the project, the invitation and the member, in the order of the transactions that delete them.
    const room = await findMemberRoom(inner, { userId, projectId }, limits);
    if (room !== 'room') return room;
    const used = await inner.row<{ role: ProjectRole }>(TAKE, { invitationId, userId });
    if (!used) return 'not_found';
    await inner.rows(JOIN, { projectId, userId, role: used.role });
    const member = await inner.row<{ label: string; role: ProjectRole }>(READ_MEMBER, { projectId, userId });
    return { projectId, ...member! };
  });

/** `not_found`: there was no such invitation. */
export const declineInvitation = (
  sql: Sql,
  { by, invitationId }: InvitationAnswer,
): Promise<'declined' | 'not_found' | 'unauthorized'> =>
  sql.transaction(async (inner) => {
    if (!(await lockActor(inner, by))) return 'unauthorized';
    const taken = await inner.row(TAKE, { invitationId, userId: by.userId });
    return taken ? 'declined' : 'not_found';
  });

/** The invitation, if it waits for an answer of this user. */
const WAITING = `project_invitations where id = :invitationId and expires_at > clock_timestamp()
  and email = (select email from users where id = :userId and deleted_at is null)`;
const FIND = `select project_id as "projectId" from ${WAITING}`;
const TAKE = `delete from ${WAITING} returning role`;
const JOIN = `
insert into project_members (project_id, user_id, role) values (:projectId, :userId, :role) on conflict (project_id, user_id) do nothing`;
const READ_MEMBER = `
select label, role from project_members join projects on projects.id = project_id where project_id = :projectId and user_id = :userId`;
