import { z } from 'zod';
import { idParams } from '../accounts/accounts.ts';
import { cancelJobSchema } from '../cancel/cancel.ts';
import type { Endpoint } from '../endpoint.ts';
import { STARTING } from '../runs/endpoints.ts';
import * as batch from './batches.ts';

const READ = { access: 'runs:read', onProject: true } as const;
const ON_BATCH = { params: batch.batchParams } as const;

const STREAM = `Each message has the fields \`event\`, \`data\` and, if it is numbered, \`id\`, in this order. \`event\` is \`test\`, \`batch\`, \`end\` or \`ping\` (every 15 s, with the time in epoch ms as its data).

Every test is sent as it is now, and again each time that it has changed, with the newest number last; \`batch\` follows with the counts. With \`Last-Event-ID\` only what has changed since is sent. Of a test that changes faster than it is read, states in between are left out, the last one never. After the last change \`end\` follows, and the server closes the stream.`;

/** Many runs with one report. */
export const BATCH_ENDPOINTS = {
  createBatch: {
    summary: 'Start a batch: flows with rows of inputs, each of which is a test',
    description:
      'All of it is checked before the first run is started: an input that does not fit is refused with its place. Its runs are started for the caller, with the rights that this user has then. Inputs that a step would type as a secret are refused: those are in the vault.',
    method: 'POST',
    path: '/v1/projects/:id/batches',
    access: 'runs:write',
    onProject: true,
    params: idParams,
    headers: batch.batchHeaders,
    body: batch.batchBody,
    replies: { 201: batch.batchSummarySchema },
    sends: ['Idempotent-Replayed'],
    errors: [...STARTING, 'too_many_batches'],
  },
  listBatches: {
    summary: 'List the batches of a project, newest first, in pages; `Link` has the next page',
    method: 'GET',
    path: '/v1/projects/:id/batches',
    ...READ,
    params: idParams,
    query: batch.listBatchesQuery,
    replies: { 200: z.array(batch.batchSummarySchema) },
    sends: ['Link'],
  },
  readBatch: {
    summary: 'Read a batch with its tests',
    method: 'GET',
    path: '/v1/projects/:id/batches/:batch',
    ...READ,
    ...ON_BATCH,
    replies: { 200: batch.batchSchema },
  },
  streamBatch: {
    summary: 'Stream the tests of a batch live (server-sent events)',
    description: STREAM,
    method: 'GET',
    path: '/v1/projects/:id/batches/:batch/events/stream',
    ...READ,
    ...ON_BATCH,
    queryToken: true,
    replies: { 200: z.never() },
    sends: ['Retry-After'],
    errors: ['too_many_streams'],
    raw: 'stream',
    media: { 'text/event-stream': batch.batchEntrySchema },
  },
  readReport: {
    summary: 'Read the report of a batch: JSON, JUnit (as Surefire writes it), CTRF or Markdown',
    description: 'Of a batch that goes on, it is the report so far.',
    method: 'GET',
    path: '/v1/projects/:id/batches/:batch/report',
    ...READ,
    ...ON_BATCH,
    query: batch.reportQuery,
    replies: { 200: z.never() },
    raw: 'file',
    media: { 'application/json': batch.batchSchema, 'application/xml': null, 'text/markdown': null },
  },
  cancelBatch: {
    summary: 'Cancel a batch: no run is begun any more, and all that go on are cancelled, with one receipt',
    method: 'POST',
    path: '/v1/projects/:id/batches/:batch/cancel',
    access: 'runs:cancel',
    onProject: true,
    ...ON_BATCH,
    body: batch.cancelBatchBody,
    replies: { 202: cancelJobSchema },
    errors: ['batch_final'],
  },
} as const satisfies Record<string, Endpoint>;
