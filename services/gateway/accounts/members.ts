import { listMembersOf, putMember, removeMember } from '#shared/database/accounts/members.ts';
import type { Database } from '#shared/database/connect.ts';
import type { Handler } from '../call.ts';
import { RequestError } from '../errors.ts';

export const createListMembers =
  ({ sql }: Database): Handler<'listMembers'> =>
  async ({ project }) => ({ status: 200, body: await listMembersOf(sql, project.id) });

export const createPutMember =
  ({ sql }: Database): Handler<'putMember'> =>
  async ({ project, body: { email, role } }) => {
    const member = await putMember(sql, { projectId: project.id, email, role });
    if (typeof member === 'string') throw new RequestError(member);
    return { status: 200, body: member };
  };

/** Also for owners that leave. */
export const createRemoveMember =
  ({ sql }: Database): Handler<'removeMember'> =>
  async ({ project, params: { userId } }) => {
    const outcome = await removeMember(sql, project.id, userId);
    if (outcome === 'removed') return { status: 200, body: { ok: true } };
    throw new RequestError(outcome === 'last_owner' ? 'last_owner' : 'not_found');
  };
