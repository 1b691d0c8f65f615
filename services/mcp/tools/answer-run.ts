import { z } from 'zod';
import { stepNumber } from '../runs/step-number.ts';
import { defineTool } from '../tool.ts';
import { runId } from './inputs.ts';

export const answerRunTool = defineTool({
  name: 'answer_run',
  title: 'Answer a run',
  description:
    'Answers what a run asks (`question` of get_run) with what the user says. The first answer counts.',
  needs: 'runs:write',
  annotations: { destructiveHint: false },
  input: z.object({
    id: runId,
    step: stepNumber.optional(),
    values: z
      .record(z.string(), z.union([z.string(), z.boolean()]))
      .default({})
      .describe('By field name.'),
  }),
  output: z.object({ id: z.string(), step: stepNumber }),
  async call({ id, step, values }, { client, signal }) {
    const body = { values, ...(step !== undefined && { step: step - 1 }) };
    const answered = await client.call('answerRun', { params: { id }, body }, { signal });
    const data = { id: answered.id, step: answered.step + 1 };
    return { text: `Answered: step ${data.step} of run ${data.id} goes on.`, data };
  },
});
