import type { Endpoint } from '../endpoint.ts';
import { runParams } from '../runs/endpoints.ts';
import { answerBody, answerReply } from './answers.ts';

/** People who answer runs. */
export const ANSWER_ENDPOINTS = {
  answerRun: {
    summary: 'Answer the question that a run waits with',
    description:
      'The first answer counts. Its values are in no event and no list; those of a `password` are a secret of the run. What is asked is `waitingFor.question` of the run, and the event `waiting_for_person`.',
    method: 'POST',
    path: '/v1/runs/:id/answer',
    access: 'runs:write',
    ...runParams,
    body: answerBody,
    replies: { 200: answerReply },
    errors: ['not_asked', 'already_answered', 'no_vault'],
  },
} as const satisfies Record<string, Endpoint>;
