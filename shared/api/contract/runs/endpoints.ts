import { z } from 'zod';
import { streamEntrySchema } from '#shared/domain/events/entries.ts';
import * as account from '../accounts/accounts.ts';
import type { Endpoint } from '../endpoint.ts';
import { runIdSchema } from '../id.ts';
import { hintSchema, hintsParam, streamQuery } from './hint.ts';
import * as run from './runs.ts';
import * as start from './start.ts';

export const runParams = { onRun: true, params: z.object({ id: runIdSchema }) } as const;

/** Errors of starting a run, besides those of an invalid body. */
export const STARTING = [
  'hidden_values',
  'invalid_project',
  'forbidden',
  'idempotency_mismatch',
  'idempotency_in_flight',
  'too_many_runs',
  'no_vault',
] as const;

const PROJECT = { fields: ['project'], code: 'project_required' } as const;

const STREAM = `Each message has the fields \`event\`, \`data\` and, if it is numbered, \`id\`, in this order. \`event\` is \`status\`, \`assist\`, \`end\` or \`ping\` (every 15 s, with the time in epoch ms as its data).

The current status is sent first, then every event from the first one, or from the one after \`Last-Event-ID\`: each once, in order, without gaps. The final status is followed by \`end\`, and the server closes the stream.

With \`hints=1\` messages with the event \`hint\` and no \`id\` come between the others: what the run waits for, each time that this changes. Hints are not repeated, and have no place in the order of events; \`waitingFor.seq\` names the last event then.`;

const READING =
  'With `If-None-Match`, a run that is still the same is answered with 304. `hints=1` has an `ETag` only once the run is final.';

/** Starting, listing, reading and watching runs. */
export const RUN_ENDPOINTS = {
  startRun: {
    summary: 'Start a run of a flow',
    description:
      'Answered as soon as the run is stored; a runner with a free slot claims it. Unknown fields are ignored, and named in the answer (`ignored`). Every `goto` has to stay on the origin of `baseUrl`. With `flow`, the run is one of a named flow of the project in that version, whatever becomes of the flow later.',
    method: 'POST',
    path: '/v1/run',
    access: 'runs:write',
    headers: start.startHeaders,
    body: start.postedStart,
    required: PROJECT,
    replies: { 202: start.startReply },
    sends: ['Idempotent-Replayed'],
    errors: STARTING,
  },
  listRuns: {
    summary: 'List the runs that the caller may see, newest first, in pages; `Link` has the next page',
    method: 'GET',
    path: '/v1/runs',
    access: 'runs:read',
    query: run.listQuery,
    replies: { 200: z.array(run.runSummarySchema) },
    sends: ['Link'],
  },
  countRuns: {
    summary: 'Count the runs that the caller may see, by status or outcome, each up to 1,000',
    description: 'A count of 1,000 means that there are 1,000 or more.',
    method: 'GET',
    path: '/v1/run-counts',
    access: 'runs:read',
    query: run.countQuery,
    replies: { 200: run.runCountsSchema },
  },
  readRun: {
    summary: 'Read a run with its steps and events; with `wait`, once it is final',
    description: READING,
    method: 'GET',
    path: '/v1/runs/:id',
    access: 'runs:read',
    ...runParams,
    readsRun: true,
    tagged: true,
    query: run.readQuery.extend({
      hints: hintsParam.describe(
        '`1`: also say what can be said while the run goes on: what it waits for, and its steps so far.',
      ),
    }),
    headers: run.readHeaders,
    replies: { 200: run.runSchema },
    sends: ['ETag', 'Retry-After'],
    errors: ['too_many_streams'],
  },
  readFlow: {
    summary: 'Read the flow of a run, secrets hidden',
    description:
      'What `POST /v1/runs/:id/rerun` would start again without changes. Who wrote the secrets may post it back edited: `[REDACTED]` keeps its value in a step that is otherwise unchanged, in a `fill` on the same selector, and in an unchanged URL.',
    method: 'GET',
    path: '/v1/runs/:id/flow',
    access: 'runs:read',
    ...runParams,
    replies: { 200: start.flowReply },
  },
  rerunRun: {
    summary: 'Rerun the flow of a run, optionally with changes',
    method: 'POST',
    path: '/v1/runs/:id/rerun',
    access: 'runs:write',
    ...runParams,
    headers: start.startHeaders,
    body: start.rerunBody,
    replies: { 202: start.startReply },
    sends: ['Idempotent-Replayed'],
    errors: [...STARTING, 'secrets_of_another', 'project_required'],
  },
  streamRun: {
    summary: 'Stream the events of a run live (server-sent events)',
    description: STREAM,
    method: 'GET',
    path: '/v1/runs/:id/events/stream',
    access: 'runs:read',
    ...runParams,
    query: streamQuery,
    namesRun: true,
    queryToken: true,
    replies: { 200: z.never() },
    sends: ['Retry-After'],
    errors: ['too_many_streams'],
    raw: 'stream',
    media: { 'text/event-stream': z.union([streamEntrySchema, hintSchema]) },
  },
  readArtifact: {
    summary: 'Read a screenshot or video of a run',
    method: 'GET',
    path: '/artifacts/:id/:file',
    access: 'runs:read',
    onRun: true,
    params: account.idParams.extend({ file: z.string().regex(/^[\w-][\w.-]{0,199}$/) }),
    query: run.artifactQuery,
    queryToken: true,
    replies: { 200: z.never(), 206: z.never(), 302: z.never() },
    sends: ['Accept-Ranges', 'Content-Range', 'Location'],
    errors: ['range_not_satisfiable', 'artifact_refused', 'artifact_pending', 'store_unavailable'],
    raw: 'file',
    media: { 'image/png': null, 'video/webm': null, 'application/octet-stream': null },
  },
  readNamedArtifact: {
    summary: 'The same, by file name alone (it ends with the id of the run)',
    method: 'GET',
    path: '/artifacts/:file',
    access: 'runs:read',
    onRun: true,
    params: run.artifactNameParams,
    query: run.artifactQuery,
    queryToken: true,
    replies: { 200: z.never(), 206: z.never(), 302: z.never() },
    sends: ['Accept-Ranges', 'Content-Range', 'Location'],
    errors: ['range_not_satisfiable', 'artifact_refused', 'artifact_pending', 'store_unavailable'],
    raw: 'file',
    media: { 'image/png': null, 'video/webm': null, 'application/octet-stream': null },
  },
} as const satisfies Record<string, Endpoint>;
