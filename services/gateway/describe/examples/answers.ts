import type { ANSWER_ENDPOINTS } from '#shared/api/contract/answers/endpoints.ts';
import { ANY, type EndpointExample, SAMPLE } from './example.ts';

const { askingRun, answerToken } = SAMPLE;

const linkTo = (token: string) => `https://ghostly.example.com/#/answer/${token}`;

export const ANSWER_EXAMPLES: Record<keyof typeof ANSWER_ENDPOINTS, readonly EndpointExample[]> = {
  answerRun: [
    {
      summary: 'Answer with a code',
      params: { id: askingRun },
      body: { step: 0, values: { code: '123456' } },
      status: 200,
      reply: { ok: true, id: askingRun, step: 0 },
    },
  ],
  makeAnswerLink: [
    {
      summary: 'Make a link for a person without an account',
      params: { id: askingRun },
      status: 201,
      reply: { ok: true, step: 0, url: linkTo(answerToken), expiresAt: ANY.time },
    },
  ],
  readLinkedQuestion: [
    {
      summary: 'Read what is asked',
      as: 'nobody',
      params: { token: answerToken },
      status: 200,
      reply: {
        project: 'Default',
        text: 'Which code did you get?',
        fields: [{ name: 'code', type: 'code' }],
        until: ANY.time,
      },
    },
  ],
  answerByLink: [
    {
      summary: 'Answer with a code',
      as: 'nobody',
      params: { token: answerToken },
      body: { values: { code: '123456' } },
      status: 200,
      reply: { ok: true },
    },
  ],
};
