import type { Endpoint } from '../endpoint.ts';
import * as service from '../service.ts';
import { systemReply } from '../system.ts';

/** What the service says of itself. */
export const SERVICE_ENDPOINTS = {
  ping: {
    summary: 'Whether the credentials work, and what is configured',
    method: 'GET',
    path: '/v1/ping',
    access: 'account',
    replies: { 200: service.pingReply },
  },
  version: {
    summary: 'The version that runs here',
    method: 'GET',
    path: '/v1/version',
    access: 'account',
    replies: { 200: service.versionReply },
  },
  system: {
    summary: 'The processes that carry runs: runners with their slots and runs, supervisors, the queue',
    description:
      'Everybody with credentials sees the numbers; runs by their ids only whoever may read them, and where a runner is only admins.',
    method: 'GET',
    path: '/v1/system',
    access: 'account',
    replies: { 200: systemReply },
  },
  update: {
    summary: 'Not offered: the server is updated by whoever runs it',
    method: 'POST',
    path: '/v1/update',
    access: 'account',
    replies: {},
    errors: ['no_self_update'],
  },
  plan: {
    summary: 'Assisted flows: not built yet',
    method: 'POST',
    path: '/v1/plan',
    access: 'account',
    replies: {},
    errors: ['not_implemented'],
  },
  llmSettings: {
    summary: 'Assisted flows: not built yet',
    method: 'ANY',
    path: '/v1/settings/llm{/*rest}',
    access: 'account',
    replies: {},
    errors: ['not_implemented'],
  },
  health: {
    summary: 'The process is alive',
    method: 'GET',
    path: '/health',
    access: 'public',
    replies: { 200: service.healthReply },
  },
  ready: {
    summary: 'The database and NATS are within reach',
    method: 'GET',
    path: '/ready',
    access: 'public',
    replies: { 200: service.readyReply },
    errors: ['not_ready'],
  },
} as const satisfies Record<string, Endpoint>;
