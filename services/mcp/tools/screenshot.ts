import { z } from 'zod';
import { pictureOf } from '../runs/pictures.ts';
import { stepNumber } from '../runs/step-number.ts';
import { defineTool, READS } from '../tool.ts';
import { artifactUri } from '../uris.ts';
import { runId } from './inputs.ts';

export const screenshotTool = defineTool({
  name: 'screenshot',
  title: 'A picture of the page',
  description:
    'Gets the picture of the page after a step of a run, or the last one up to an event; without step and seq, the last one.',
  needs: 'runs:read',
  annotations: READS,
  input: z.object({
    id: runId,
    step: stepNumber.optional().describe('The picture taken after this step, the first being 1.'),
    seq: z.int().min(1).optional().describe('The number of an event: the last picture up to then.'),
  }),
  output: z.object({
    id: z.string(),
    step: stepNumber,
    seq: z.int().min(1),
    mimeType: z.string(),
    bytes: z.int().min(0),
    uri: z.string(),
  }),
  async call({ id, step, seq }, { client, signal }) {
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
