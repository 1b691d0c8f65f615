import { invite } from '#shared/database/accounts/invitations.ts';
import { changeRole, findMember, listMembersOf, removeMember } from '#shared/database/accounts/members.ts';
import type { Database } from '#shared/database/connect.ts';
import { hasAdminKey } from '../access/policy.ts';
import type { Handler } from '../call.ts';
import { RequestError } from '../errors.ts';
import { presentInvitation } from './invitations.ts';

export const createListMembers =
  ({ sql }: Database): Handler<'listMembers'> =>
  async ({ project }) => ({ status: 200, body: await listMembersOf(sql, project.id) });

/** Changes the role of a member. Whoever is none is invited: nobody is put into a project without consent. */
export const createPutMember =
  ({ sql }: Database): Handler<'putMember'> =>
  async ({ actor, project, body: { email, role } }) => {
    const projectId = project.id;
    const member = await findMember(sql, projectId, email);
    const outcome = member ? await changeRole(sql, { projectId, userId: member.userId, role }) : 'no_member';
    if (outcome === 'last_owner') throw new RequestError(outcome);
    if (member && outcome === 'changed') return { status: 200, body: { ...member, role } };
    const inviter = { inviterId: actor.userId, byAdminKey: hasAdminKey(actor) };
    const invited = await invite(sql, { projectId, email, role, ...inviter });
    if (typeof invited === 'string') throw new RequestError(invited);
    return { status: 202, body: presentInvitation(invited) };
  };

/** Also for owners that leave. */
export const createRemoveMember =
  ({ sql }: Database): Handler<'removeMember'> =>
  async ({ project, params: { userId } }) => {
    const outcome = await removeMember(sql, project.id, userId);
    if (outcome === 'removed') return { status: 200, body: { ok: true } };
    throw new RequestError(outcome === 'last_owner' ? 'last_owner' : 'not_found');
  };
