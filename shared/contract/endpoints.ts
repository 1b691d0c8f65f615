import { z } from 'zod';
import * as account from './accounts.ts';
import type { Endpoint } from './endpoint.ts';
import * as run from './runs.ts';
import * as service from './service.ts';

const runParams = { onRun: true, params: account.idParams } as const;

/**
 * The HTTP contract: the one table that the gateway mounts, and that the client, the docs and the tests read. Paths
 * are matched in this order.
 */
export const ENDPOINTS = {
  startRun: {
    summary: 'Start a run of a flow',
    method: 'POST',
    path: '/v1/run',
    access: 'runs:write',
    body: run.startBody,
    replies: { 202: run.startReply },
    errors: ['invalid_project'],
  },
  listRuns: {
    summary: 'Runs the caller may see, newest first, at most 100',
    method: 'GET',
    path: '/v1/runs',
    access: 'runs:read',
    query: run.listQuery,
    replies: { 200: z.array(run.runSummarySchema) },
  },
  readRun: {
    summary: 'One run with its steps and events',
    method: 'GET',
    path: '/v1/runs/:id',
    access: 'runs:read',
    ...runParams,
    replies: { 200: run.runSchema },
  },
  cancelRun: {
    summary: 'Stop a run',
    method: 'POST',
    path: '/v1/runs/:id/cancel',
    access: 'runs:cancel',
    ...runParams,
    body: run.cancelBody,
    replies: { 200: run.cancelReply },
    errors: ['run_final'],
  },
  streamRun: {
    summary: 'The events of a run as they happen (server-sent events)',
    method: 'GET',
    path: '/v1/runs/:id/events/stream',
    access: 'runs:read',
    ...runParams,
    queryToken: true,
    replies: { 200: z.never() },
    raw: 'stream',
  },
  login: {
    summary: 'A token for an e-mail and a password',
    method: 'POST',
    path: '/v1/auth/login',
    access: 'public',
    body: account.loginBody,
    replies: { 200: account.loginReply },
    errors: ['unauthorized', 'database_unavailable'],
  },
  me: {
    summary: 'The caller',
    method: 'GET',
    path: '/v1/auth/me',
    access: 'account',
    replies: { 200: account.userReply },
  },
  register: {
    summary: 'Add a user, with a project of its own',
    method: 'POST',
    path: '/v1/auth/register',
    access: 'users:write',
    body: account.registerBody,
    replies: { 201: account.userReply },
    errors: ['email_taken'],
  },
  listProjects: {
    summary: 'Projects the caller is a member of, oldest first',
    method: 'GET',
    path: '/v1/projects',
    access: 'account',
    replies: { 200: z.array(account.projectSchema) },
  },
  createProject: {
    summary: 'Add a project owned by the caller',
    method: 'POST',
    path: '/v1/projects',
    access: 'projects:write',
    body: account.projectBody,
    replies: { 201: account.projectSchema },
  },
  deleteProject: {
    summary: 'Remove a project; its runs stay with those who started them',
    method: 'DELETE',
    path: '/v1/projects/:id',
    access: 'projects:write',
    params: account.idParams,
    replies: { 200: account.doneSchema },
  },
  listApiKeys: {
    summary: "The caller's API keys, newest first, masked",
    method: 'GET',
    path: '/v1/api-keys',
    access: 'account',
    replies: { 200: z.array(account.apiKeySchema) },
  },
  createApiKey: {
    summary: 'Make an API key; the only answer that shows it',
    method: 'POST',
    path: '/v1/api-keys',
    access: 'keys:write',
    body: account.apiKeyBody,
    replies: { 201: account.apiKeySchema },
  },
  deleteApiKey: {
    summary: 'Revoke an API key, at once',
    method: 'DELETE',
    path: '/v1/api-keys/:id',
    access: 'keys:write',
    params: account.idParams,
    replies: { 200: account.doneSchema },
  },
  readArtifact: {
    summary: 'A screenshot or video of a run',
    method: 'GET',
    path: '/artifacts/:id/:file',
    access: 'runs:read',
    onRun: true,
    params: account.idParams.extend({ file: z.string().regex(/^[\w-][\w.-]{0,199}$/) }),
    queryToken: true,
    replies: { 200: z.never() },
    raw: 'file',
  },
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

type Endpoints = typeof ENDPOINTS;
export type EndpointId = keyof Endpoints;

type Parsed<Id extends EndpointId, Column extends string> =
  Endpoints[Id] extends Record<Column, infer Schema extends z.ZodType> ? z.output<Schema> : undefined;

export type ParamsOf<Id extends EndpointId> = Parsed<Id, 'params'>;
export type QueryOf<Id extends EndpointId> = Parsed<Id, 'query'>;
export type BodyOf<Id extends EndpointId> = Parsed<Id, 'body'>;

/** What a handler returns: the status and the body that belongs to it. */
export type ReplyOf<Id extends EndpointId> = {
  [Status in keyof Endpoints[Id]['replies']]: Endpoints[Id]['replies'][Status] extends z.ZodType
    ? { status: Status; body: z.output<Endpoints[Id]['replies'][Status]> }
    : never;
}[keyof Endpoints[Id]['replies']];
