import { z } from 'zod';
import type { Endpoint } from '../endpoint.ts';
import { runParams } from '../runs/endpoints.ts';
import { readHeaders } from '../runs/runs.ts';
import { LIVE_PROTOCOL } from './ends.ts';
import { liveQuery } from './messages.ts';

const SECRET =
  'A page that may show what no picture may show is not shown: there is a grey picture instead, which says so.';

/** The pages of runs, while these go on. */
export const LIVE_ENDPOINTS = {
  watchRun: {
    summary: 'Watch the page of a run live, over a WebSocket',
    description: `Sub-protocol \`${LIVE_PROTOCOL}\`. The gateway sends JSON (\`hello\`, \`state\`, \`end\`) and pictures, which are binary: a head of 18 bytes (number u32, page u16, width u16, height u16, epoch µs u64, big-endian), then a JPEG. A viewer says \`{"t":"credit"}\` for each picture that it has taken, and gets two without; \`{"t":"see","page":1,"everyMs":1000,"size":"small"}\` asks for other ones.

It ends with \`{"t":"end"}\` and the code 4000 (the run is final), 4001 (it waits for a runner), 4002 (its runner is lost), 4003 (it may not be seen any more) or 1012 (another gateway goes on). ${SECRET}`,
    method: 'GET',
    path: '/v1/runs/:id/live',
    access: 'runs:read',
    ...runParams,
    query: liveQuery,
    queryToken: true,
    replies: { 101: z.never() },
    sends: ['Retry-After'],
    errors: ['upgrade_required', 'too_many_streams'],
    raw: 'stream',
  },
  readFrame: {
    summary: 'Read a picture of the page that a run is on',
    description: `There is another one twice a second at most. ${SECRET}`,
    method: 'GET',
    path: '/v1/runs/:id/frame',
    access: 'runs:read',
    ...runParams,
    query: liveQuery,
    headers: readHeaders,
    queryToken: true,
    tagged: true,
    replies: { 200: z.never() },
    sends: ['ETag', 'Ghostly-Covered', 'Retry-After'],
    errors: ['no_picture', 'too_many_streams'],
    raw: 'file',
    media: { 'image/jpeg': null },
  },
} as const satisfies Record<string, Endpoint>;
