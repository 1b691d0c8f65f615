import type { PAUSE_ENDPOINTS } from '#shared/api/contract/pauses/endpoints.ts';
import { type EndpointExample, SAMPLE } from './example.ts';

const { heldRun, pausedRun } = SAMPLE;

export const PAUSE_EXAMPLES: Record<keyof typeof PAUSE_ENDPOINTS, readonly EndpointExample[]> = {
  pauseRun: [
    {
      summary: 'Pause after the step under way',
      params: { id: heldRun },
      body: { reason: 'a look at the basket' },
      status: 202,
      reply: { ok: true, id: heldRun, paused: false },
    },
  ],
  resumeRun: [
    {
      summary: 'Go on where it stands',
      params: { id: pausedRun },
      body: {},
      status: 202,
      reply: { ok: true, id: pausedRun, from: 1 },
    },
  ],
  skipStep: [
    {
      summary: 'Leave a step out',
      params: { id: pausedRun },
      body: {},
      status: 202,
      reply: { ok: true, id: pausedRun, from: 2 },
    },
  ],
  retryStep: [
    {
      summary: 'Do the last step again',
      params: { id: pausedRun },
      body: {},
      status: 202,
      reply: { ok: true, id: pausedRun, from: 0 },
    },
  ],
};
