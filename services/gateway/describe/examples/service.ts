import type { EndpointId } from '#shared/api/contract/endpoints.ts';
import { ANY, type EndpointExample, SAMPLE, STATE } from './example.ts';
import { messages } from './runs.ts';

const ofUser = `ghostly.v1.events.${SAMPLE.user}.>`;
const ofProject = `ghostly.v1.events.*.${SAMPLE.project}.>`;

const servers = {
  database: { answers: true, since: ANY.time, latencyMs: 0.4 },
  nats: { answers: true, since: ANY.time, latencyMs: 0.3 },
};

export const SERVICE_EXAMPLES = {
  ping: [
    {
      summary: 'Check the credentials',
      status: 200,
      reply: { ok: true, service: 'ghostly', env: 'production', assistConfigured: false },
    },
  ],
  system: [
    {
      summary: 'Read the system as a member with a run on a runner',
      given: ['heldRun', 'queuedRun', 'supervisor', 'gateway'],
      status: 200,
      reply: {
        now: ANY.time,
        leaseMs: 10_000,
        queue: { length: 1, oldestAt: ANY.time, causes: [{ code: 'runner', count: 1 }] },
        runs: { running: 1, cancelling: 0 },
        runners: [
          {
            id: SAMPLE.runner,
            condition: 'alive',
            labels: ['eu-west'],
            slots: 4,
            takesRuns: true,
            busy: 1,
            startedAt: ANY.time,
            heartbeatAt: ANY.time,
            runs: [
              {
                id: SAMPLE.heldRun,
                status: 'running',
                state: STATE.acting,
                leaseUntil: ANY.time,
                heartbeatAt: ANY.time,
              },
            ],
          },
        ],
        supervisors: [{ id: SAMPLE.supervisor, leader: true, since: ANY.time }],
        servers,
        gateways: [
          {
            id: SAMPLE.gateway,
            condition: 'alive',
            startedAt: ANY.time,
            seenAt: ANY.time,
            servers,
          },
        ],
        leader: { id: SAMPLE.supervisor, until: ANY.time },
        webhooks: { failing: 0, disabled: 0, waiting: 0 },
      },
    },
  ],
  lastHour: [
    {
      summary: 'Read the last hour',
      given: ['supervisor', 'gateway'],
      status: 200,
      reply: {
        samples: [
          {
            at: ANY.time,
            queue: { length: 2, oldestMs: 1_840 },
            runs: { running: 7, cancelling: 1 },
            slots: 8,
            ended: { passed: 31, failed: 2, cancelled: 3, lost: 0 },
            waitMs: 420,
            cancelMs: { half: 38, slowest: 310 },
          },
        ],
        outages: [{ name: 'database', since: ANY.time, until: ANY.time }],
      },
    },
  ],
  version: [
    {
      summary: 'Read the version',
      status: 200,
      reply: { current: '0.1.0', latest: '0.1.0', updateAvailable: false },
    },
  ],
  readModelProviders: [
    {
      summary: 'List the providers of language models',
      status: 200,
      reply: {
        ok: true,
        providers: [
          {
            id: 'none',
            label: 'None: this service has no language models',
            kind: 'http',
            description: 'Assisted flows are not available yet: the steps of a flow run as they are.',
            needsApiKey: false,
            needsBaseUrl: false,
            defaultModel: 'none',
            supportsAutoModel: false,
            supportsLiveModels: false,
            modelOptions: [{ id: 'none', label: 'No model' }],
          },
        ],
      },
    },
  ],
  readModelSettings: [
    {
      summary: 'Read the settings of language models',
      status: 200,
      reply: {
        ok: true,
        status: { available: false, providerId: 'none', model: 'none', source: 'env' },
        envFallback: false,
      },
    },
  ],
  health: [
    { summary: 'Check that the process is alive', as: 'nobody', status: 200, reply: { status: 'ok' } },
  ],
  ready: [{ summary: 'Check that the service is ready', as: 'nobody', status: 200, reply: { ok: true } }],
  readSubscription: [
    {
      summary: 'Read what this key may subscribe to',
      as: 'key',
      status: 200,
      reply: {
        servers: ['127.0.0.1:4222'],
        live: { user: 'live', subjects: [ofUser, ofProject] },
        durable: {
          user: 'durable',
          inboxPrefix: '_INBOX_4kT9wQxZ2b',
          stream: 'GHOSTLY_EVENTS',
          queue: 'readers',
          consumers: [
            {
              name: 'feed_own_4kT9wQxZ2b',
              handsOut: 'ghostly.v1.durable.feed_own_4kT9wQxZ2b',
              subjects: [ofUser],
            },
            {
              name: 'feed_projects_4kT9wQxZ2b',
              handsOut: 'ghostly.v1.durable.feed_projects_4kT9wQxZ2b',
              subjects: [ofProject],
            },
          ],
        },
      },
    },
  ],
  readMissed: [
    {
      summary: 'Read what was missed since a time, of the user’s own runs',
      given: ['passedRun'],
      query: { since: '2026-11-25T12:00:00Z', projects: 'none', limit: '20' },
      status: 200,
      reply: messages,
    },
  ],
  openapi: [{ summary: 'Get the OpenAPI document', as: 'nobody', status: 200 }],
  asyncapi: [{ summary: 'Get the AsyncAPI document', as: 'nobody', status: 200 }],
} as const satisfies Partial<Record<EndpointId, readonly EndpointExample[]>>;
