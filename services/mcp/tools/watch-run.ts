import { z } from 'zod';
import { answerAfterWait } from '../runs/answer-after-wait.ts';
import { followWithProgress, WAIT_S } from '../runs/follow.ts';
import { runReport } from '../runs/report.ts';
import { defineTool, READS } from '../tool.ts';
import { runId, waitSeconds } from './inputs.ts';

export const watchRunTool = defineTool({
  name: 'watch_run',
  title: 'Wait for a run to end',
  description:
    'Waits until a run has ended or asks a person, with a progress notification for each event, and answers like get_run. If it takes longer than waitSeconds, the answer says how far it is: call again. Cancelling this call stops watching only.',
  needs: 'runs:read',
  annotations: READS,
  input: z.object({
    id: runId,
    waitSeconds: waitSeconds({ ...WAIT_S, least: 1 }).describe('How long to wait at most.'),
  }),
  // The schema of get_run has the rest.
  output: runReport.pick({
    id: true,
    status: true,
    outcome: true,
    steps: true,
    results: true,
    question: true,
  }),
  async call({ id, waitSeconds: seconds }, context) {
    await followWithProgress(id, seconds, context);
    const { text, report } = await answerAfterWait(id, context);
    return { text, data: report };
  },
});
