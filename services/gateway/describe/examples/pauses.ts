import type { PAUSE_ENDPOINTS } from '#shared/api/contract/pauses/endpoints.ts';
import { type EndpointExample, SAMPLE } from './example.ts';

const { runningRun, pausedRun } = SAMPLE;

export const PAUSE_EXAMPLES: Record<keyof typeof PAUSE_ENDPOINTS, readonly EndpointExample[]> = {
  pauseRun: [
    {
      summary: 'Pause after the step under way',
      params: { id: runningRun },
      body: { reason: 'a look at the basket' },
      status: 202,
      reply: { ok: true, id: runningRun, paused: false },
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
