import { z } from 'zod';
import { besidePassed } from '../runs/beside-passed.ts';
import { PART, reportOf, runReport } from '../runs/report.ts';
import { reportText } from '../runs/report-text.ts';
import { stepNumber } from '../runs/step-number.ts';
import { defineTool, READS } from '../tool.ts';
import { runId } from './inputs.ts';

export const getRunTool = defineTool({
  name: 'get_run',
  title: 'Read a run',
  description: `Reads a run: its status, the executed steps, why it failed, its results as far as they fit, and the accessibility tree of the page where it failed, or of its last snapshot. With "step", only that step and its tree; with "result", that result as JSON: in parts of ${PART} characters; the answer says how to read on.`,
  needs: 'runs:read',
  annotations: READS,
  input: z.object({
    id: runId,
    step: stepNumber.optional().describe('Only this step, from 1.'),
    result: z.string().optional().describe('Only this result.'),
    offset: z.int().min(0).default(0).describe('Where in the tree or the result to begin, in characters.'),
  }),
  output: runReport,
  async call({ id, step, result, offset }, { client, signal }) {
    const run = await client.get(id, { hints: true, signal });
    const report = reportOf(run, { step, result, offset });
    const isWhole = step === undefined && result === undefined;
    const beside = isWhole ? await besidePassed(run, { client, signal }) : undefined;
    return { text: reportText(report, beside), data: { ...report, why: report.why ?? beside } };
  },
});
