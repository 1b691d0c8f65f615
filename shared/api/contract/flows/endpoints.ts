import { z } from 'zod';
import { doneSchema, idParams } from '../accounts/accounts.ts';
import type { Endpoint } from '../endpoint.ts';
import * as flow from './flows.ts';

/** Flows are for all who see the project, and are changed by those who may start runs in it. */
const READ = { access: 'runs:read', onProject: true } as const;
const WRITE = { access: 'flows:write', onProject: true } as const;
const ON_FLOW = { params: flow.flowParams } as const;

/** Flows of a project that are kept under a name. */
export const FLOW_ENDPOINTS = {
  listFlows: {
    summary: 'List the named flows of a project by name, in pages; `Link` has the next page',
    method: 'GET',
    path: '/v1/projects/:id/flows',
    ...READ,
    params: idParams,
    query: flow.listFlowsQuery,
    replies: { 200: z.array(flow.namedFlowSchema) },
    sends: ['Link'],
  },
  putFlow: {
    summary: 'Store a flow under a name, as a new version',
    description:
      'A version never changes. The same content as that of the newest version makes none, so that this can be repeated. A deleted flow is restored, and goes on counting. The newest 1,000 versions of a flow are kept. A flow that names secrets of the vault needs the scope `secrets:use`, as its start does; so does its restore.',
    method: 'PUT',
    path: '/v1/projects/:id/flows/:name',
    ...WRITE,
    ...ON_FLOW,
    query: flow.putFlowQuery,
    headers: flow.putFlowHeaders,
    body: flow.putFlowBody,
    replies: { 200: flow.savedFlowReply, 201: flow.savedFlowReply },
    sends: ['ETag'],
    errors: ['version_mismatch', 'too_many_flows'],
  },
  readNamedFlow: {
    summary: 'Read a named flow in its newest version',
    method: 'GET',
    path: '/v1/projects/:id/flows/:name',
    ...READ,
    ...ON_FLOW,
    replies: { 200: flow.namedFlowReply },
    sends: ['ETag'],
  },
  deleteFlow: {
    summary: 'Delete a named flow; its versions are kept, and its runs go on',
    method: 'DELETE',
    path: '/v1/projects/:id/flows/:name',
    ...WRITE,
    ...ON_FLOW,
    replies: { 200: doneSchema },
  },
  restoreFlow: {
    summary: 'Restore a deleted flow, or an earlier version of a flow',
    method: 'POST',
    path: '/v1/projects/:id/flows/:name/restore',
    ...WRITE,
    ...ON_FLOW,
    body: flow.restoreFlowBody,
    replies: { 200: flow.savedFlowReply, 201: flow.savedFlowReply },
    sends: ['ETag'],
  },
  listFlowVersions: {
    summary: 'List the versions of a named flow, newest first, in pages; `Link` has the next page',
    method: 'GET',
    path: '/v1/projects/:id/flows/:name/versions',
    ...READ,
    ...ON_FLOW,
    query: flow.listVersionsQuery,
    replies: { 200: z.array(flow.flowVersionSchema) },
    sends: ['Link'],
  },
  readFlowVersion: {
    summary: 'Read a version of a named flow',
    method: 'GET',
    path: '/v1/projects/:id/flows/:name/versions/:version',
    ...READ,
    params: flow.versionParams,
    replies: { 200: flow.flowVersionReply },
  },
  compareFlowVersions: {
    summary: 'Say what is different between two versions of a named flow',
    description: 'Steps that were added or removed between others are found as such.',
    method: 'GET',
    path: '/v1/projects/:id/flows/:name/difference',
    ...READ,
    ...ON_FLOW,
    query: flow.differenceQuery,
    replies: { 200: flow.differenceReply },
  },
  readFlowStatistics: {
    summary: 'Read how the newest runs of a named flow went, by version',
    method: 'GET',
    path: '/v1/projects/:id/flows/:name/statistics',
    ...READ,
    ...ON_FLOW,
    replies: { 200: flow.statisticsReply },
  },
} as const satisfies Record<string, Endpoint>;
