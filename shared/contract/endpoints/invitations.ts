import { z } from 'zod';
import * as account from '../accounts.ts';
import type { Endpoint } from '../endpoint.ts';

/** How somebody comes into a project: asked by an owner, and with its own consent. */
export const INVITATION_ENDPOINTS = {
  listProjectInvitations: {
    summary: 'Invitations into a project that wait for an answer, newest first',
    method: 'GET',
    path: '/v1/projects/:id/invitations',
    access: 'projects:write',
    onProject: true,
    params: account.idParams,
    replies: { 200: z.array(account.invitationSchema) },
  },
  withdrawInvitation: {
    summary: 'Withdraw an invitation that was not accepted yet',
    method: 'DELETE',
    path: '/v1/projects/:id/invitations/:invitationId',
    access: 'projects:write',
    onProject: true,
    params: account.invitationParams,
    replies: { 200: account.doneSchema },
  },
  listInvitations: {
    summary: 'Projects that the caller is invited into, newest first, at most 200',
    method: 'GET',
    path: '/v1/invitations',
    access: 'account',
    replies: { 200: z.array(account.receivedInvitationSchema) },
  },
  acceptInvitation: {
    summary: 'Come into a project; whoever is a member already keeps its role',
    method: 'POST',
    path: '/v1/invitations/:id/accept',
    access: 'projects:write',
    params: account.idParams,
    replies: { 200: account.joinedReply },
    errors: ['too_many_memberships', 'too_many_members'],
  },
  declineInvitation: {
    summary: 'Refuse an invitation',
    method: 'POST',
    path: '/v1/invitations/:id/decline',
    access: 'projects:write',
    params: account.idParams,
    replies: { 200: account.doneSchema },
  },
} as const satisfies Record<string, Endpoint>;
