import type { INVITATION_ENDPOINTS } from '#shared/api/contract/accounts/invitation-endpoints.ts';
import { ANY, type EndpointExample, SAMPLE } from './example.ts';

const { project, email, newEmail, sentInvitation, receivedInvitation, invitedTo } = SAMPLE;
const done = { ok: true };
const times = { createdAt: ANY.time, expiresAt: ANY.time };
const target = { id: invitedTo, label: 'Default' };

export const INVITATION_EXAMPLES: Record<keyof typeof INVITATION_ENDPOINTS, readonly EndpointExample[]> = {
  listProjectInvitations: [
    {
      summary: 'List the pending invitations of a project',
      given: ['sentInvitation'],
      params: { id: project },
      status: 200,
      reply: [{ id: sentInvitation, email: newEmail, role: 'viewer', invitedBy: email, ...times }],
    },
  ],
  withdrawInvitation: [
    {
      summary: 'Withdraw an invitation',
      params: { id: project, invitationId: sentInvitation },
      status: 200,
      reply: done,
    },
  ],
  listInvitations: [
    {
      summary: 'List received invitations',
      given: ['receivedInvitation'],
      status: 200,
      reply: [
        {
          id: receivedInvitation,
          project: target,
          role: 'operator',
          invitedBy: 'carol@example.com',
          ...times,
        },
      ],
    },
  ],
  acceptInvitation: [
    {
      summary: 'Accept an invitation',
      params: { id: receivedInvitation },
      status: 200,
      reply: { ok: true, project: target, role: 'operator' },
    },
  ],
  declineInvitation: [
    { summary: 'Decline an invitation', params: { id: receivedInvitation }, status: 200, reply: done },
  ],
};
