import type { AccountLimits } from '#shared/adapters/database/accounts/account-limits.ts';
import { invite } from '#shared/adapters/database/accounts/invitations.ts';
import {
  changeRole,
  findMember,
  listMembersOf,
  removeMember,
} from '#shared/adapters/database/accounts/members.ts';
import type { Database } from '#shared/adapters/database/connect.ts';
import { actingOf } from '../access/policy.ts';
import type { Handler } from '../http/call.ts';
import { RequestError } from '../http/errors.ts';
import { presentInvitation } from './invitations.ts';

export const createListMembers =
  ({ sql }: Database): Handler<'listMembers'> =>
  async ({ project }) => ({ status: 200, body: await listMembersOf(sql, project.id) });

/** Changes the role of a member. Any other user is invited, since joining a project takes consent. */
export const createPutMember = ({ sql }: Database, limits?: AccountLimits): Handler<'putMember'> =>
  async function putMember(call) {
    const { actor, project, body } = call;
    const { email, role } = body;
    const change = { projectId: project.id, by: actingOf(actor) };
    const member = await findMember(sql, project.id, email);
    if (member) {
      const outcome = await changeRole(sql, { ...change, userId: member.userId, role });
      if (outcome === 'changed') return { status: 200, body: { ...member, role } };
      if (outcome !== 'no_member') throw new RequestError(outcome);
    }
    const invited = await invite(sql, { ...change, email, role }, limits);
    // An invitation was accepted meanwhile.
    if (invited === 'is_member') return putMember(call);
    if (typeof invited === 'string') throw new RequestError(invited);
    return { status: 202, body: presentInvitation(invited) };
  };

/** Also used by owners to leave. */
export const createRemoveMember =
  ({ sql }: Database): Handler<'removeMember'> =>
  async ({ actor, project, params: { userId } }) => {
    const outcome = await removeMember(sql, { projectId: project.id, by: actingOf(actor), userId });
    if (outcome === 'removed') return { status: 200, body: { ok: true } };
    throw new RequestError(outcome === 'no_member' ? 'not_found' : outcome);
  };
