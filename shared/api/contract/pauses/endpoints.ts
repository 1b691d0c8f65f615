import { z } from 'zod';
import type { Endpoint } from '../endpoint.ts';
import { runParams } from '../runs/endpoints.ts';
import { pauseBody, pauseReply, resumeBody, resumeReply } from './pauses.ts';

const GOES_ON = {
  method: 'POST',
  access: 'runs:write',
  ...runParams,
  replies: { 202: resumeReply },
  errors: ['not_paused', 'already_resumed', 'too_many_orders'],
} as const;

/** People who look at a run while it stands still. */
export const PAUSE_ENDPOINTS = {
  pauseRun: {
    summary: 'Pause a run',
    description:
      'It stops before its next step, and keeps its page. The time does not count for its maximum duration. A run that waits in the queue is paused before its first step. `waitingFor` and the event `waiting_for_person` say when it is paused.',
    method: 'POST',
    path: '/v1/runs/:id/pause',
    access: 'runs:write',
    ...runParams,
    body: pauseBody,
    replies: { 202: pauseReply },
    errors: ['not_pausable', 'too_many_orders'],
  },
  resumeRun: {
    summary: 'Let a paused run go on',
    description: 'The first request counts. Only who has started the run may edit its steps.',
    path: '/v1/runs/:id/resume',
    body: resumeBody,
    ...GOES_ON,
  },
  skipStep: {
    summary: 'Let a paused run go on after the step at which it stands',
    description: 'A step that has failed then counts as an optional one that failed.',
    path: '/v1/runs/:id/skip',
    body: z.object({}),
    ...GOES_ON,
  },
  retryStep: {
    summary: 'Let a paused run do its last step again',
    description: 'As `resume` with `from: "same"`.',
    path: '/v1/runs/:id/retry',
    body: z.object({}),
    ...GOES_ON,
  },
} as const satisfies Record<string, Endpoint>;
