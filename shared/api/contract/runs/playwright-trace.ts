import { z } from 'zod';
import type { Endpoint } from '../endpoint.ts';
import { runIdSchema } from '../id.ts';

const RUN = { onRun: true, params: z.object({ id: runIdSchema }), access: 'runs:read' } as const;
const FILE = { file: z.string().regex(/^[\w-][\w.-]{0,199}$/) };

const listing = z.object({ entries: z.array(z.object({ name: z.string(), path: z.string() })) });

const view = z.object({
  url: z.string().describe('Opens the viewer with this trace, without signing in.'),
  expiresAt: z.iso.datetime().describe('Until then it can be opened.'),
});

/** Playwright's trace of a run, and its viewer. */
export const PLAYWRIGHT_TRACE_ENDPOINTS = {
  readPlaywrightTrace: {
    summary: "Read Playwright's trace of a run, for `npx playwright show-trace`",
    description:
      'A zip file with what is kept by then, without secrets. Not found if the flow has `playwrightTrace: "off"`, or has passed without `"on"`.',
    method: 'GET',
    path: '/v1/runs/:id/playwright-trace',
    ...RUN,
    replies: { 200: z.never() },
    errors: ['store_unavailable'],
    raw: 'file',
    media: { 'application/zip': null },
  },
  listPlaywrightTrace: {
    summary: 'List the files of the trace that are kept by then, also while the run goes on',
    method: 'GET',
    path: '/v1/runs/:id/playwright-trace/traces.dir',
    ...RUN,
    replies: { 200: listing },
    errors: ['store_unavailable'],
  },
  readPlaywrightTraceFile: {
    summary: 'Read one of these files',
    method: 'GET',
    path: '/v1/runs/:id/playwright-trace/files/:file',
    ...RUN,
    params: RUN.params.extend(FILE),
    replies: { 200: z.never() },
    errors: ['store_unavailable'],
    raw: 'file',
    media: { 'application/octet-stream': null },
  },
  readHar: {
    summary: 'Read the requests of a run as a HAR, which browsers and other tools open',
    description: 'Made of the trace, without secrets: not found where there is none.',
    method: 'GET',
    path: '/v1/runs/:id/har',
    ...RUN,
    replies: { 200: z.never() },
    errors: ['store_unavailable'],
    raw: 'file',
    media: { 'application/json': null },
  },
  viewPlaywrightTrace: {
    summary: "Open the trace in Playwright's viewer",
    description: 'The viewer has an origin of its own, and needs https or localhost.',
    method: 'POST',
    path: '/v1/runs/:id/playwright-trace/views',
    ...RUN,
    replies: { 201: view },
    errors: ['store_unavailable', 'no_viewer'],
  },
} as const satisfies Record<string, Endpoint>;
