import type { SECRET_ENDPOINTS } from '#shared/api/contract/secrets/endpoints.ts';
import { ANY, type EndpointExample, SAMPLE } from './example.ts';

const { project, secret, email } = SAMPLE;
const origins = ['https://login.example.com'];
const login = {
  name: secret,
  kind: 'login',
  origins,
  note: 'of the test account',
  version: 1,
  updatedAt: ANY.time,
  updatedBy: email,
};

export const SECRET_EXAMPLES: Record<keyof typeof SECRET_ENDPOINTS, readonly EndpointExample[]> = {
  listSecrets: [
    {
      summary: 'List the secrets of a project',
      given: ['secret'],
      params: { id: project },
      status: 200,
      reply: [login],
    },
  ],
  putSecret: [
    {
      summary: 'Keep a user name and a password',
      params: { id: project, name: 'shop' },
      headers: { 'If-None-Match': '*' },
      body: {
        kind: 'login',
        username: 'ann',
        password: 'correct horse battery staple',
        origins: ['https://login.example.com:443/'],
      },
      status: 200,
      reply: { ...login, name: 'shop', note: '' },
    },
    {
      summary: 'Keep the seed of one-time codes',
      params: { id: project, name: 'shop' },
      body: {
        kind: 'totp',
        uri: 'otpauth://totp/Shop:ann?secret=JBSWY3DPEHPK3PXP&issuer=Shop',
        origins,
        note: 'second factor',
      },
      status: 200,
      reply: { ...login, name: 'shop', kind: 'totp', note: 'second factor' },
    },
    {
      summary: 'Give a secret a new value',
      params: { id: project, name: secret },
      body: { kind: 'text', value: 'tr0ub4dor', origins },
      status: 200,
      reply: { ...login, kind: 'text', note: '', version: 2 },
    },
  ],
  deleteSecret: [
    { summary: 'Delete a secret', params: { id: project, name: secret }, status: 200, reply: { ok: true } },
  ],
  listSecretUses: [
    {
      summary: 'List who has used a secret',
      given: ['secretRun'],
      params: { id: project, name: secret },
      status: 200,
      reply: [
        {
          at: ANY.time,
          runId: SAMPLE.secretRun,
          phase: 'flow',
          stepIndex: 1,
          origin: 'https://login.example.com',
          version: 1,
          user: email,
        },
      ],
    },
  ],
};
