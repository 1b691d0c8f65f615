import type { BATCH_ENDPOINTS } from '#shared/api/contract/batches/endpoints.ts';
import { ANY, type EndpointExample, SAMPLE } from './example.ts';

const { project, batch, liveBatch, checkFlow, email, user } = SAMPLE;

const NONE = { waiting: 0, running: 0, pass: 0, flaky: 0, fail: 0, cancelled: 0, skipped: 0, quarantined: 0 };
const asked = { labels: [], maxParallel: 8, retries: 1, stopOnFailure: false };
const made = { project, name: 'main, commit 3f2a1c', ...asked, createdAt: ANY.time, by: email };
const ended = {
  ...made,
  id: batch,
  status: 'pass',
  counts: { ...NONE, tests: 1, pass: 1 },
  finishedAt: ANY.time,
};
const test = {
  index: 0,
  name: checkFlow,
  flow: { name: checkFlow, version: 1 },
  labels: [],
  quarantined: false,
  status: 'pass',
  attempts: [{ attempt: 1, runId: ANY.id, startedAt: ANY.time, outcome: 'pass', durationMs: 2_300 }],
};
const onBatch = { id: project, batch };

export const BATCH_EXAMPLES: Record<keyof typeof BATCH_ENDPOINTS, readonly EndpointExample[]> = {
  createBatch: [
    {
      summary: 'Run a flow with two rows of inputs, and each that fails once more',
      given: ['checkFlow'],
      params: { id: project },
      body: {
        name: 'main, commit 3f2a1c',
        retries: 1,
        flows: [{ flow: { name: checkFlow }, rows: [{ name: 'in English' }, { name: 'in Spanish' }] }],
      },
      status: 201,
      reply: {
        ...made,
        id: ANY.id,
        status: 'running',
        counts: { ...NONE, tests: 2, waiting: 2 },
      },
    },
    {
      summary: 'Run a flow of a file, which is not stored, without failing for it',
      params: { id: project },
      headers: { 'Idempotency-Key': 'build-4711' },
      body: {
        maxParallel: 2,
        stopOnFailure: true,
        labels: ['nightly', 'quarantine'],
        flows: [
          {
            flow: {
              name: 'check-the-front-page',
              definition: {
                baseUrl: 'https://shop.example.com',
                steps: [{ action: 'goto', url: '/' }],
              },
            },
          },
        ],
      },
      status: 201,
      reply: {
        id: ANY.id,
        project,
        status: 'running',
        labels: ['nightly', 'quarantine'],
        maxParallel: 2,
        retries: 0,
        stopOnFailure: true,
        counts: { ...NONE, tests: 1, waiting: 1 },
        createdAt: ANY.time,
        by: email,
      },
    },
  ],
  listBatches: [
    {
      summary: 'List the batches of a project',
      given: ['batch'],
      params: { id: project },
      query: { limit: '50' },
      status: 200,
      reply: [
        { ...made, id: liveBatch, status: 'running', counts: { ...NONE, tests: 1, waiting: 1 } },
        ended,
      ],
    },
  ],
  readBatch: [{ summary: 'Read a batch', params: onBatch, status: 200, reply: { ...ended, tests: [test] } }],
  streamBatch: [
    { summary: 'Watch a batch', params: onBatch, status: 200 },
    {
      summary: 'Resume after the change with the number 2',
      params: onBatch,
      headers: { 'Last-Event-ID': '2' },
      status: 200,
    },
  ],
  readReport: [
    { summary: 'Read the report', params: onBatch, status: 200 },
    { summary: 'Read it as JUnit', params: onBatch, query: { format: 'junit' }, status: 200 },
    { summary: 'Read it as CTRF', params: onBatch, query: { format: 'ctrf' }, status: 200 },
    { summary: 'Read it as Markdown', params: onBatch, query: { format: 'markdown' }, status: 200 },
  ],
  cancelBatch: [
    {
      summary: 'Cancel a batch of which nothing had begun',
      params: { id: project, batch: liveBatch },
      body: { reason: 'the build was cancelled' },
      status: 202,
      reply: {
        ok: true,
        id: ANY.id,
        status: 'done',
        createdAt: ANY.time,
        userId: user,
        reason: 'the build was cancelled',
        mode: 'graceful',
        filter: { batch: liveBatch },
        matched: 0,
        cancelled: 0,
        cancelling: 0,
        alreadyFinal: 0,
        failed: 0,
        failures: [],
      },
    },
  ],
};
