import type { FLOW_ENDPOINTS } from '#shared/api/contract/flows/endpoints.ts';
import { ANY, type EndpointExample, SAMPLE } from './example.ts';

const { project, flow: name, deletedFlow, email } = SAMPLE;

const first = {
  baseUrl: 'http://127.0.0.1:1',
  inputsSchema: {
    type: 'object',
    properties: { article: { type: 'string' }, pin: { type: 'string', writeOnly: true } },
    required: ['article', 'pin'],
  },
  steps: [
    { action: 'goto', url: '/' },
    { action: 'click', selector: 'text=${inputs.article}' },
    { action: 'fill', selector: '#pin', value: '${inputs.pin}' },
  ],
};
/** The newest version of the flow, and the one before. */
export const ORDER_FLOW = {
  first,
  newest: { ...first, steps: [...first.steps, { action: 'click', selector: '#order' }] },
} as const;

const made = { createdAt: ANY.time, updatedAt: ANY.time, by: email };
const shown = { name, version: 2, description: 'Orders an article', ...made };
const onFlow = { id: project, name };
const headers = { 'If-Match': '"2"' };
const saved = { name, version: 3, created: true };

export const FLOW_EXAMPLES: Record<keyof typeof FLOW_ENDPOINTS, readonly EndpointExample[]> = {
  listFlows: [
    {
      summary: 'List the flows of a project',
      given: ['flow'],
      params: { id: project },
      status: 200,
      reply: [shown],
    },
    {
      summary: 'List those that were deleted',
      given: ['deletedFlow'],
      params: { id: project },
      query: { deleted: '1' },
      status: 200,
      reply: [{ name: deletedFlow, version: 1, description: '', ...made, deletedAt: ANY.time }],
    },
  ],
  putFlow: [
    {
      summary: 'Store a flow',
      params: { id: project, name: 'log-in' },
      body: { flow: ORDER_FLOW.first, description: 'Logs in with a PIN' },
      status: 201,
      reply: { name: 'log-in', version: 1, created: true },
    },
    {
      summary: 'Store a new version, unless another one was stored meanwhile',
      params: onFlow,
      headers,
      body: { flow: { ...ORDER_FLOW.newest, defaultTimeoutMs: 10_000 } },
      status: 201,
      reply: saved,
    },
    {
      summary: 'Store the same content again',
      params: onFlow,
      body: { flow: ORDER_FLOW.newest },
      status: 200,
      reply: { ...saved, version: 2, created: false },
    },
    {
      summary: 'Say what would change',
      params: onFlow,
      query: { dryRun: 'true' },
      body: { flow: { ...ORDER_FLOW.newest, defaultTimeoutMs: 10_000 } },
      status: 200,
      reply: { ...saved, changes: [{ kind: 'added', path: 'defaultTimeoutMs', after: 10_000 }] },
    },
  ],
  readNamedFlow: [
    {
      summary: 'Read the newest version',
      params: onFlow,
      status: 200,
      reply: { ...shown, flow: ORDER_FLOW.newest },
    },
  ],
  deleteFlow: [{ summary: 'Delete a flow', params: onFlow, status: 200, reply: { ok: true } }],
  restoreFlow: [
    {
      summary: 'Restore a deleted flow',
      params: { id: project, name: deletedFlow },
      body: {},
      status: 200,
      reply: { name: deletedFlow, version: 1, created: false, restored: true },
    },
    {
      summary: 'Make the first version the newest',
      params: onFlow,
      body: { version: 1 },
      status: 201,
      reply: saved,
    },
  ],
  listFlowVersions: [
    {
      summary: 'List the versions of a flow',
      params: onFlow,
      status: 200,
      reply: [{ version: 2, createdAt: ANY.time, by: email }],
    },
  ],
  readFlowVersion: [
    {
      summary: 'Read the first version',
      params: { ...onFlow, version: '1' },
      status: 200,
      reply: { name, version: 1, createdAt: ANY.time, by: email, flow: ORDER_FLOW.first },
    },
  ],
  compareFlowVersions: [
    {
      summary: 'Compare the first version with the newest',
      params: onFlow,
      query: { from: '1' },
      status: 200,
      reply: {
        from: 1,
        to: 2,
        changes: [{ kind: 'added', path: 'steps.3', after: { action: 'click', selector: '#order' } }],
      },
    },
  ],
  readFlowStatistics: [
    {
      summary: 'Read how its runs went',
      params: onFlow,
      status: 200,
      reply: {
        runs: 1,
        versions: [
          {
            version: 2,
            runs: 1,
            pass: 1,
            fail: 0,
            cancelled: 0,
            lost: 0,
            passRate: 1,
            medianMs: 1_200,
            lastStartedAt: ANY.time,
          },
        ],
      },
    },
  ],
};
