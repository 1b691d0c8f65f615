import type { ANSWER_ENDPOINTS } from '#shared/api/contract/answers/endpoints.ts';
import { type EndpointExample, SAMPLE } from './example.ts';

const { askingRun } = SAMPLE;

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
};
