import type { AccountLimits } from '#shared/adapters/database/accounts/account-limits.ts';
import { acceptInvitation, declineInvitation } from '#shared/adapters/database/accounts/answer-invitation.ts';
import {
  type Invitation,
  listInvitationsFor,
  listInvitationsOfProject,
  withdrawInvitation,
} from '#shared/adapters/database/accounts/invitations.ts';
import type { Database } from '#shared/adapters/database/connect.ts';
import { actingOf } from '../access/policy.ts';
import type { Handler } from '../http/call.ts';
import { RequestError } from '../http/errors.ts';

const presentTimes = ({ createdAt, expiresAt }: Pick<Invitation, 'createdAt' | 'expiresAt'>) => ({
  createdAt: createdAt.toISOString(),
  expiresAt: expiresAt.toISOString(),
});

export const presentInvitation = ({ id, email, role, invitedBy, ...times }: Invitation) => ({
  id,
  email,
  role,
  invitedBy,
  ...presentTimes(times),
});

export const createListProjectInvitations =
  ({ sql }: Database): Handler<'listProjectInvitations'> =>
  async ({ project }) => ({
    status: 200,
    body: (await listInvitationsOfProject(sql, project.id)).map(presentInvitation),
  });

export const createWithdrawInvitation =
  ({ sql }: Database): Handler<'withdrawInvitation'> =>
  async ({ actor, project, params: { invitationId } }) => {
    const change = { projectId: project.id, by: actingOf(actor), id: invitationId };
    const outcome = await withdrawInvitation(sql, change);
    if (outcome !== 'withdrawn') throw new RequestError(outcome);
    return { status: 200, body: { ok: true } };
  };

export const createListInvitations =
  ({ sql }: Database): Handler<'listInvitations'> =>
  async ({ actor }) => {
    const received = await listInvitationsFor(sql, actor.userId);
    const body = received.map(({ id, projectId, label, role, invitedBy, ...times }) => ({
      id,
      project: { id: projectId, label },
      role,
      invitedBy,
      ...presentTimes(times),
    }));
    return { status: 200, body };
  };

export const createAcceptInvitation =
  ({ sql }: Database, limits?: AccountLimits): Handler<'acceptInvitation'> =>
  async ({ actor, params: { id } }) => {
    const joined = await acceptInvitation(sql, { by: actingOf(actor), invitationId: id }, limits);
    if (typeof joined === 'string') throw new RequestError(joined);
    const { projectId, label, role } = joined;
    return { status: 200, body: { ok: true, project: { id: projectId, label }, role } };
  };

export const createDeclineInvitation =
  ({ sql }: Database): Handler<'declineInvitation'> =>
  async ({ actor, params: { id } }) => {
    const outcome = await declineInvitation(sql, { by: actingOf(actor), invitationId: id });
    if (outcome !== 'declined') throw new RequestError(outcome);
    return { status: 200, body: { ok: true } };
  };
