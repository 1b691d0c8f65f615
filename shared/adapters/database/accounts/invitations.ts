import { randomUUID } from 'node:crypto';
import type { ProjectRole } from '#shared/api/contract/accounts/roles.ts';
import type { Sql } from '../sql.ts';
import { type AccountLimits, reaches } from './account-limits.ts';
import { type ActingOwner, asOwner, type ChangeRefusal, type ProjectChange } from './as-owner.ts';
import { findMember } from './members.ts';

/** How long an invitation may be accepted. */
const VALID_DAYS = 14;

export interface Invitation {
  id: string;
  email: string;
  role: ProjectRole;
  /** The inviter's e-mail. */
  invitedBy: string;
  createdAt: Date;
  expiresAt: Date;
}

export interface NewInvitation {
  projectId: string;
  email: string;
  role: ProjectRole;
  by: ActingOwner;
}

export type InviteOutcome = Invitation | 'is_member' | 'too_many_invitations' | ChangeRefusal;

/**
 * Invites an e-mail, again with a new id, so that no role is accepted unseen. `is_member`: its user is in the project
 * already. Nothing else here reads the account of the e-mail: neither the answer nor its time reveals one.
 */
export async function invite(
  sql: Sql,
  { by, ...wanted }: NewInvitation,
  { projectInvitations, userInvitations }: Pick<AccountLimits, 'projectInvitations' | 'userInvitations'> = {},
): Promise<InviteOutcome> {
  const { projectId, email, role } = wanted;
  await sql.rows(DELETE_EXPIRED_AROUND, { projectId, userId: by.userId });
  // Other invitations to the project or by the user wait meanwhile, so that both counts hold.
  return asOwner(sql, { projectId, by }, async (inner, invitedBy) => {
    // Nobody comes in until the end: who accepts holds the project, too.
    if (await findMember(inner, projectId, email)) return 'is_member';
    const invitation = { id: randomUUID(), projectId, email, role, userId: by.userId, days: VALID_DAYS };
    const limits = {
      projectInvitations: projectInvitations ?? null,
      userInvitations: userInvitations ?? null,
    };
    const invited = await inner.row<Omit<Invitation, 'invitedBy'>>(INVITE, { ...invitation, ...limits });
    return invited ? { ...invited, invitedBy } : 'too_many_invitations';
  });
}

const PENDING = 'expires_at > clock_timestamp()';
const INVITE = `
insert into project_invitations as known (id, project_id, email, role, invited_by, expires_at)
select :id::uuid, :projectId::uuid, :email, :role, :userId::uuid, clock_timestamp() + :days::int * interval '1 day'
where not ${reaches(`project_invitations where project_id = :projectId and email <> :email and ${PENDING}`, ':projectInvitations')}
  and not ${reaches(`project_invitations where invited_by = :userId and (project_id, email) <> (:projectId, :email) and ${PENDING}`, ':userInvitations')}
on conflict (project_id, email) do update
  set id = excluded.id, role = excluded.role, invited_by = excluded.invited_by, created_at = excluded.created_at,
    expires_at = excluded.expires_at
returning id, email, role, created_at as "createdAt", expires_at as "expiresAt"`;

/** Rows that another transaction has locked are skipped. */
const DELETE_EXPIRED_AROUND = `
delete from project_invitations where id in (
  select id from project_invitations where (project_id = :projectId or invited_by = :userId) and not (${PENDING})
  for update skip locked)`;

const PAGE = 500;

/** Deletes invitations whose time is over, some at a time. Whether there may be more. */
export async function forgetExpiredInvitations(sql: Sql): Promise<boolean> {
  const deleted = await sql.rows(
    `delete from project_invitations where id in (
       select id from project_invitations where expires_at <= (select clock_timestamp())
       order by expires_at limit :limit for update skip locked)
     returning id`,
    { limit: PAGE },
  );
  return deleted.length === PAGE;
}

const FIELDS = `invitation.id, invitation.email, invitation.role, inviter.email as "invitedBy",
  invitation.created_at as "createdAt", invitation.expires_at as "expiresAt"`;
const FROM = `from project_invitations as invitation join users as inviter on inviter.id = invitation.invited_by`;

/** Those that wait for an answer, newest first. */
export const listInvitationsOfProject = (sql: Sql, projectId: string): Promise<Invitation[]> =>
  sql.rows<Invitation>(
    `select ${FIELDS} ${FROM} where project_id = :projectId and ${PENDING} order by invitation.created_at desc, invitation.id`,
    { projectId },
  );

/** `not_found`: there is no such one that waits. */
export const withdrawInvitation = (
  sql: Sql,
  { id, ...change }: ProjectChange & { id: string },
): Promise<'withdrawn' | ChangeRefusal> =>
  asOwner(sql, change, async (inner) => {
    const row = await inner.row<{ pending: boolean }>(WITHDRAW, { projectId: change.projectId, id });
    return row?.pending ? 'withdrawn' : 'not_found';
  });

const WITHDRAW = `
delete from project_invitations where id = :id and project_id = :projectId returning ${PENDING} as pending`;

/** What an invited person sees of it. */
export interface ReceivedInvitation {
  id: string;
  projectId: string;
  label: string;
  role: ProjectRole;
  invitedBy: string;
  createdAt: Date;
  expiresAt: Date;
}

/** At most this many are listed; the others come up as these are answered. */
const MOST_LISTED = 200;

/** Newest first; not those into projects that the user has come into meanwhile. */
export const listInvitationsFor = (sql: Sql, userId: string): Promise<ReceivedInvitation[]> =>
  sql.rows<ReceivedInvitation>(
    `select ${FIELDS}, projects.id as "projectId", projects.label ${FROM}
     join projects on projects.id = project_id
     where invitation.email = (select email from users where id = :userId and deleted_at is null)
       and invitation.${PENDING}
       and not exists (
         select from project_members as member where member.project_id = projects.id and member.user_id = :userId)
     order by invitation.created_at desc, invitation.id
     limit :limit`,
    { userId, limit: MOST_LISTED },
  );
