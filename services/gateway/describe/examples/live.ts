import type { EndpointId } from '#shared/api/contract/endpoints.ts';
import { type EndpointExample, SAMPLE } from './example.ts';

const { watchedRun } = SAMPLE;

export const LIVE_EXAMPLES = {
  readFrame: [
    {
      summary: 'Read a small picture of the page',
      params: { id: watchedRun },
      query: { max: '640' },
      status: 200,
    },
  ],
} as const satisfies Partial<Record<EndpointId, readonly EndpointExample[]>>;
