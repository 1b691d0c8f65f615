import type { PROFILE_ENDPOINTS } from '#shared/api/contract/profiles/endpoints.ts';
import { ANY, type EndpointExample, SAMPLE } from './example.ts';

const { project, profile, loginFlow, email } = SAMPLE;
const saved = {
  version: 1,
  savedAt: ANY.time,
  runId: ANY.id,
  origins: ['https://shop.example.com'],
  cookies: 2,
};
const shown = {
  name: profile,
  status: 'fresh',
  login: { flow: loginFlow },
  passkeys: false,
  note: '',
  current: 1,
  versions: [saved],
  updatedAt: ANY.time,
  updatedBy: email,
};

export const PROFILE_EXAMPLES: Record<keyof typeof PROFILE_ENDPOINTS, readonly EndpointExample[]> = {
  listProfiles: [
    {
      summary: 'List the login profiles of a project',
      given: ['profile'],
      params: { id: project },
      status: 200,
      reply: [shown],
    },
  ],
  putProfile: [
    {
      summary: 'Make a login profile that finds out by itself whether it lasts',
      params: { id: project, name: 'bank' },
      body: {
        check: { url: '/account', visible: '#account-menu' },
        login: { flow: 'log-in-to-the-bank' },
        maxAgeMs: 604_800_000,
      },
      status: 200,
      reply: {
        name: 'bank',
        status: 'empty',
        check: { url: '/account', visible: '#account-menu' },
        login: { flow: 'log-in-to-the-bank' },
        maxAgeMs: 604_800_000,
        passkeys: false,
        note: '',
        versions: [],
        updatedAt: ANY.time,
        updatedBy: email,
      },
    },
  ],
  deleteProfile: [
    {
      summary: 'Delete a login profile',
      params: { id: project, name: profile },
      status: 200,
      reply: { ok: true },
    },
  ],
  logIn: [
    {
      summary: 'Log in now',
      params: { id: project, name: profile },
      body: {},
      status: 202,
      reply: { ok: true, id: ANY.id, status: 'running' },
    },
  ],
  restoreProfile: [
    {
      summary: 'Go back to an older login',
      params: { id: project, name: profile },
      body: { version: 1 },
      status: 200,
      reply: shown,
    },
  ],
};
