import type { FORK_ENDPOINTS } from '#shared/api/contract/forks/endpoints.ts';
import { ANY, type EndpointExample, SAMPLE } from './example.ts';

const { checkedRun } = SAMPLE;
const reply = {
  ok: true,
  id: ANY.id,
  status: 'running',
  forkedFrom: { runId: checkedRun, step: 1 },
  notCarried: [{ what: 'form_fields', why: 'never' }],
};

export const FORK_EXAMPLES: Record<keyof typeof FORK_ENDPOINTS, readonly EndpointExample[]> = {
  forkRun: [
    {
      summary: 'Go on from the second step',
      params: { id: checkedRun },
      body: { fromStep: 1 },
      status: 202,
      reply,
    },
    {
      summary: 'Go on with other steps',
      params: { id: checkedRun },
      body: { fromStep: 1, steps: [{ action: 'click', selector: '#pay' }] },
      status: 202,
      reply,
    },
  ],
};
