import { z } from 'zod';
import { type Receipt, receiptSchema } from '#shared/api/contract/cancel/cancel.ts';
import { RECEIPT_HOPS } from '#shared/api/contract/cancel/receipt-hops.ts';
import { formatDuration } from '#shared/domain/words/duration.ts';
import { englishWords } from '#shared/domain/words/en.ts';
import { sayHop, sayKept } from '#shared/domain/words/say-hop.ts';
import { stepNumber } from '../runs/step-number.ts';
import { defineTool, READS } from '../tool.ts';
import { quoted } from '../words.ts';
import { runId } from './inputs.ts';

const raised = receiptSchema.shape.abortRaised.unwrap();
const output = receiptSchema.extend({
  abortRaised: raised.omit({ stepIndex: true }).extend({ step: stepNumber.optional() }).optional(),
});

export const receiptTool = defineTool({
  name: 'receipt',
  title: 'The receipt of a cancel',
  description:
    'Tells what the cancel of a run did: who asked and why, each hop with its time, the browser, what is kept; of one that is stopping, what it waits for.',
  needs: 'runs:read',
  annotations: READS,
  input: z.object({ id: runId }),
  output,
  async call({ id }, { client, signal }) {
    const found = await client.receipt(id, { signal });
    return { text: receiptText(found), data: numbered(found) };
  },
});

/** The API counts steps from 0. */
function numbered({ abortRaised, ...rest }: Receipt): z.input<typeof output> {
  if (abortRaised === undefined) return rest;
  const { stepIndex, ...hop } = abortRaised;
  return { ...rest, abortRaised: { ...hop, ...(stepIndex !== undefined && { step: stepIndex + 1 }) } };
}

function receiptText(receipt: Receipt): string {
  const { id, status, requested, totalMs, waiting, evidence } = receipt;
  const who =
    requested.user?.email === undefined
      ? englishWords.sources[requested.source]
      : quoted(requested.user.email);
  const hops = RECEIPT_HOPS.flatMap((name) => {
    const hop = receipt[name];
    if (hop === undefined) return [];
    const details = sayHop(name, receipt, englishWords);
    return [`- ${englishWords.hops[name]} after ${formatDuration(hop.ms)}${details && `: ${details}`}`];
  });
  return [
    `Cancel of run ${id} (status ${status}), asked for at ${requested.at} by ${who}, ${requested.mode}.`,
    ...(requested.reason === undefined ? [] : [`Reason: ${quoted(requested.reason)}`]),
    ...hops,
    ...(totalMs === undefined ? [] : [`All of it took ${formatDuration(totalMs)}.`]),
    ...(waiting === undefined ? [] : [`It waits for ${waiting.for}.`]),
    `Kept: ${sayKept(evidence, englishWords)}.`,
  ].join('\n');
}
