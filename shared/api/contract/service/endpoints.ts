import type { Endpoint } from '../endpoint.ts';
import { lastHourReply } from './last-hour.ts';
import * as service from './service.ts';
import { systemReply } from './system.ts';

const NOT_YET = {
  summary: 'Assisted flows: not implemented yet',
  access: 'account',
  replies: {},
  errors: ['not_implemented'],
} as const;

/** State and health of the service. */
export const SERVICE_ENDPOINTS = {
  ping: {
    summary: 'Check the credentials, and read what is configured',
    method: 'GET',
    path: '/v1/ping',
    access: 'account',
    replies: { 200: service.pingReply },
  },
  version: {
    summary: 'Read the version of the service',
    method: 'GET',
    path: '/v1/version',
    access: 'account',
    replies: { 200: service.versionReply },
  },
  system: {
    summary: 'Read the state of the system: the queue, runners with their slots and runs, supervisors',
    description:
      'Every authenticated caller sees the counts. Run ids are shown only to callers who may read those runs, and the hosts of runners only to admins.',
    method: 'GET',
    path: '/v1/system',
    access: 'account',
    replies: { 200: systemReply },
  },
  lastHour: {
    summary: 'Read what the system was like in the last hour, minute by minute',
    description:
      'As the supervisors that led have stored it: the same from every gateway, and kept over restarts. Every authenticated caller sees it.',
    method: 'GET',
    path: '/v1/system/last-hour',
    access: 'account',
    replies: { 200: lastHourReply },
  },
  update: {
    summary: 'Not offered: the service is updated by its operator',
    method: 'POST',
    path: '/v1/update',
    access: 'account',
    replies: {},
    errors: ['no_self_update'],
  },
  plan: { ...NOT_YET, method: 'POST', path: '/v1/plan' },
  readModelProviders: {
    summary: 'List the providers of language models: one, whose label says that there are none',
    method: 'GET',
    path: '/v1/settings/llm/providers',
    access: 'account',
    replies: { 200: service.modelProvidersReply },
  },
  readModelSettings: {
    summary: 'Read the settings of language models: there are none',
    method: 'GET',
    path: '/v1/settings/llm',
    access: 'account',
    replies: { 200: service.modelSettingsReply },
  },
  changeModelSettings: { ...NOT_YET, method: 'PUT', path: '/v1/settings/llm' },
  listModels: { ...NOT_YET, method: 'GET', path: '/v1/settings/llm/models' },
  testModel: { ...NOT_YET, method: 'POST', path: '/v1/settings/llm/test' },
  health: {
    summary: 'Liveness: the process is alive',
    method: 'GET',
    path: '/health',
    access: 'public',
    replies: { 200: service.healthReply },
  },
  ready: {
    summary: 'Readiness: the database and NATS answer',
    description:
      'Answered from memory, so it may be asked often: the gateway notices within about a second that one of them does not answer, and `outages` says since when.',
    method: 'GET',
    path: '/ready',
    access: 'public',
    replies: { 200: service.readyReply },
    errors: ['not_ready'],
  },
} as const satisfies Record<string, Endpoint>;
