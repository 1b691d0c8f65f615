import type { ACCOUNT_ENDPOINTS } from '#shared/api/contract/accounts/endpoints.ts';
import { ANY, type EndpointExample, SAMPLE } from './example.ts';

const { project, user, email, password, colleague, colleagueEmail, newEmail, apiKey } = SAMPLE;
const done = { ok: true };
const shop = { id: project, label: 'Default', color: '#6366f1', answerLinks: true, createdAt: ANY.time };
const key = {
  id: ANY.id,
  label: 'nightly tests',
  createdAt: ANY.time,
  key: 'gly_Jx3n****',
  scopes: ['runs:read', 'runs:write', 'runs:cancel'],
};

export const ACCOUNT_EXAMPLES: Record<keyof typeof ACCOUNT_ENDPOINTS, readonly EndpointExample[]> = {
  login: [
    {
      summary: 'Log in',
      as: 'nobody',
      body: { email, password },
      status: 200,
      reply: {
        ok: true,
        token: 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJmOTFjNmE0NyJ9.c2lnbmF0dXJl',
        user: { id: user, email, role: 'member' },
      },
    },
  ],
  startSession: [
    {
      summary: 'Sign a browser in',
      as: 'nobody',
      headers: { 'Sec-Fetch-Site': 'same-origin' },
      body: { email, password },
      status: 201,
      reply: {
        ok: true,
        user: { id: user, email, role: 'member' },
        session: { expiresAt: ANY.time },
      },
    },
  ],
  endSession: [{ summary: 'Sign the browser out', status: 200, reply: done }],
  me: [
    {
      summary: 'Read the calling user',
      status: 200,
      reply: { ok: true, user: { id: user, email, role: 'member' } },
    },
    {
      summary: 'Read what the API key may do',
      as: 'key',
      status: 200,
      reply: {
        ok: true,
        user: { id: user, email, role: 'member' },
        key: { id: ANY.id, scopes: ['runs:read', 'runs:write', 'runs:cancel'] },
      },
    },
  ],
  register: [
    {
      summary: 'Create a user',
      as: 'admin',
      body: { email: newEmail, password: 'another long password' },
      status: 201,
      reply: { ok: true, user: { id: ANY.id, email: newEmail, role: 'member' } },
    },
  ],
  changePassword: [
    {
      summary: 'Change the password',
      body: { currentPassword: password, newPassword: 'another long password' },
      status: 200,
      reply: {
        ok: true,
        token: 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJmOTFjNmE0NyJ9.c2lnbmF0dXJl',
      },
    },
  ],
  endTokens: [{ summary: 'Sign out everywhere', status: 200, reply: done }],
  listUsers: [
    {
      summary: 'List users',
      as: 'admin',
      status: 200,
      reply: [
        { id: ANY.id, email: 'admin@example.com', role: 'admin' },
        { id: ANY.id, email: 'carol@example.com', role: 'member' },
      ],
    },
  ],
  deleteUser: [
    { summary: 'Delete a user', as: 'admin', params: { id: colleague }, status: 200, reply: done },
  ],
  listProjects: [{ summary: 'List projects', status: 200, reply: [{ ...shop, role: 'owner' }] }],
  createProject: [
    {
      summary: 'Create a project with a colour',
      body: { label: 'Checkout', color: '#0ea5e9' },
      status: 201,
      reply: {
        id: ANY.id,
        label: 'Checkout',
        color: '#0ea5e9',
        answerLinks: true,
        createdAt: ANY.time,
        role: 'owner',
      },
    },
  ],
  changeProject: [
    {
      summary: 'Let nobody answer by a link',
      params: { id: project },
      body: { answerLinks: false },
      status: 200,
      reply: { ...shop, answerLinks: false, role: 'owner' },
    },
  ],
  deleteProject: [{ summary: 'Delete a project', params: { id: project }, status: 200, reply: done }],
  listMembers: [
    {
      summary: 'List members with their roles',
      given: ['colleague'],
      params: { id: project },
      status: 200,
      reply: [
        { userId: user, email, role: 'owner' },
        { userId: colleague, email: colleagueEmail, role: 'viewer' },
      ],
    },
  ],
  putMember: [
    {
      summary: 'Make a member an operator',
      params: { id: project },
      body: { email: colleagueEmail, role: 'operator' },
      status: 200,
      reply: { userId: colleague, email: colleagueEmail, role: 'operator' },
    },
    {
      summary: 'Invite a viewer',
      params: { id: project },
      body: { email: newEmail, role: 'viewer' },
      status: 202,
      reply: {
        id: ANY.id,
        email: newEmail,
        role: 'viewer',
        invitedBy: email,
        createdAt: ANY.time,
        expiresAt: ANY.time,
      },
    },
  ],
  removeMember: [
    {
      summary: 'Remove a member',
      params: { id: project, userId: colleague },
      status: 200,
      reply: done,
    },
  ],
  listApiKeys: [{ summary: 'List API keys', given: ['apiKey'], status: 200, reply: [key] }],
  createApiKey: [
    {
      summary: 'Create a read-only key that expires',
      body: { label: 'wall display', scopes: ['runs:read'], expiresAt: '2100-01-01T00:00:00.000Z' },
      status: 201,
      reply: {
        id: ANY.id,
        label: 'wall display',
        createdAt: ANY.time,
        key: 'gly_4Qf1cV0sYk2mWn8ZtB6uXa3dLe7RpHj9',
        scopes: ['runs:read'],
        expiresAt: '2100-01-01T00:00:00.000Z',
      },
    },
  ],
  deleteApiKey: [{ summary: 'Revoke a key', params: { id: apiKey }, status: 200, reply: done }],
};
