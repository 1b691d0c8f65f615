import type { Endpoint } from '../endpoint.ts';
import { runParams } from '../runs/endpoints.ts';
import {
  answerBody,
  answerLinkReply,
  answerReply,
  answerTokenParams,
  linkedAnswerBody,
  linkedAnswerReply,
  linkedQuestionSchema,
} from './answers.ts';

/** What any request with a link may be answered. */
const LINK_ERRORS = [
  ...(['not_asked', 'already_answered', 'link_over', 'answer_links_off'] as const),
  ...(['too_many_requests', 'database_unavailable'] as const),
] as const;

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
  makeAnswerLink: {
    summary: 'Make a link that answers the question that a run waits with',
    description:
      'For a person who is not signed in, or has no account. It answers this question alone, until its time is over. Nothing is stored of it: of all answers the first counts. Its project may forbid such links (`answerLinks`).',
    method: 'POST',
    path: '/v1/runs/:id/answer-link',
    access: 'runs:write',
    ...runParams,
    replies: { 201: answerLinkReply },
    errors: ['not_asked', 'already_answered', 'link_over', 'answer_links_off'],
  },
  readLinkedQuestion: {
    summary: 'Read the question of a link',
    description: 'Takes no credentials. The token of a link is its last part; treat it like a password.',
    method: 'GET',
    path: '/v1/answers/:token',
    access: 'public',
    params: answerTokenParams,
    replies: { 200: linkedQuestionSchema },
    errors: LINK_ERRORS,
    sends: ['Retry-After'],
  },
  answerByLink: {
    summary: 'Answer the question of a link',
    description: 'Takes no credentials. The events of the run say that it was answered by a link.',
    method: 'POST',
    path: '/v1/answers/:token',
    access: 'public',
    params: answerTokenParams,
    body: linkedAnswerBody,
    replies: { 200: linkedAnswerReply },
    errors: [...LINK_ERRORS, 'no_vault'],
    sends: ['Retry-After'],
  },
} as const satisfies Record<string, Endpoint>;
