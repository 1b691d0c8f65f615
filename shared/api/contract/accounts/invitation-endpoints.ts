import { z } from 'zod';
import type { Endpoint } from '../endpoint.ts';
import * as account from './accounts.ts';

/** Joining a project: an owner invites, the invited user accepts. */
export const INVITATION_ENDPOINTS = {
  listProjectInvitations: {
    summary: 'List the pending invitations to a project, newest first',
    method: 'GET',
    path: '/v1/projects/:id/invitations',
    access: 'projects:write',
    onProject: true,
    params: account.idParams,
    replies: { 200: z.array(account.invitationSchema) },
  },
  withdrawInvitation: {
    summary: 'Withdraw a pending invitation',
    method: 'DELETE',
    path: '/v1/projects/:id/invitations/:invitationId',
    access: 'projects:write',
    onProject: true,
    params: account.invitationParams,
    replies: { 200: account.doneSchema },
  },
  listInvitations: {
    summary: "List the caller's pending invitations, newest first, at most 200",
    method: 'GET',
    path: '/v1/invitations',
    access: 'account',
    replies: { 200: z.array(account.receivedInvitationSchema) },
  },
  acceptInvitation: {
    summary: 'Accept an invitation; a user who is a member already keeps the current role',
    method: 'POST',
    path: '/v1/invitations/:id/accept',
    access: 'projects:write',
    params: account.idParams,
    replies: { 200: account.joinedReply },
    errors: ['too_many_memberships', 'too_many_members'],
  },
  declineInvitation: {
    summary: 'Decline an invitation',
    method: 'POST',
    path: '/v1/invitations/:id/decline',
    access: 'projects:write',
    params: account.idParams,
    replies: { 200: account.doneSchema },
  },
} as const satisfies Record<string, Endpoint>;
