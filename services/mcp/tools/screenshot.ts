import { z } from 'zod';
import { frameOf, pictureOf } from '../runs/pictures.ts';
import { stepNumber } from '../runs/step-number.ts';
import { defineTool, READS, ToolError } from '../tool.ts';
import { artifactUri } from '../uris.ts';
import { runId } from './inputs.ts';

export const screenshotTool = defineTool({
  name: 'screenshot',
  title: 'A picture of the page',
  description:
    "Gets the picture of a run's page after a step, up to an event, or as it is now; else the last one.",
  needs: 'runs:read',
  annotations: READS,
  input: z.object({
    id: runId,
    step: stepNumber.optional().describe('After this step.'),
    seq: z.int().min(1).optional().describe('The last up to this event.'),
    now: z.boolean().default(false).describe('The page as it is.'),
  }),
  output: z.object({
    id: z.string(),
    step: stepNumber.optional(),
    seq: z.int().min(1).optional(),
    mimeType: z.string(),
    bytes: z.int().min(0),
    uri: z.string().optional(),
    covered: z.boolean().optional(),
  }),
  async call({ id, step, seq, now }, { client, signal }) {
    if (now) {
      if (step !== undefined || seq !== undefined)
        throw new ToolError('now goes without step and seq: it is the page of this moment.');
      const { picture, bytes, covered } = await frameOf(client, id, signal);
      return {
        text: `The page that run ${id} is on now.${covered ? ' It is covered: a secret may be on it.' : ''}`,
        data: { id, mimeType: picture.mimeType, bytes, covered },
        picture,
      };
    }
    const run = await client.get(id, { signal });
    const found = await pictureOf(client, run, { step, seq }, signal);
    const { mimeType } = found.picture;
    return {
      text: `The page after step ${found.step} of run ${run.id} (event ${found.seq}).`,
      data: {
        id: run.id,
        step: found.step,
        seq: found.seq,
        mimeType,
        bytes: found.bytes,
        uri: artifactUri(found.path),
      },
      picture: found.picture,
    };
  },
});
