import type { Endpoint } from '../endpoint.ts';
import { runParams, STARTING } from '../runs/endpoints.ts';
import { startHeaders } from '../runs/start.ts';
import { forkBody, forkReply } from './forks.ts';

/** Runs that begin in the middle of another one. */
export const FORK_ENDPOINTS = {
  forkRun: {
    summary: 'Begin a new run at a step of another one, at the page that it had then',
    description:
      "The original keeps states of its page if its flow says `checkpoints: true`, and may go on, or have ended in any way; `forkFrom` of the run lists the steps. The new run has the cookies and storage of that page, its address, and the results and answers of the steps before. What it does not have is in `notCarried`. Secrets written by another user have to be supplied, as in a rerun; paths of steps count from the flow's first one.",
    method: 'POST',
    path: '/v1/runs/:id/fork',
    access: 'runs:write',
    ...runParams,
    headers: startHeaders,
    body: forkBody,
    replies: { 202: forkReply },
    sends: ['Idempotent-Replayed'],
    errors: [...STARTING, 'secrets_of_another', 'no_checkpoints', 'no_checkpoint', 'step_not_done'],
  },
} as const satisfies Record<string, Endpoint>;
