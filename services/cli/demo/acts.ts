import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Outcome } from '#shared/domain/run/outcome.ts';
import { type FlowFile, parseFlow } from '../flow/flow-file.ts';

export interface Act {
  title: string;
  /** File in `examples/`. */
  flow: string;
  expected: Outcome;
  /** Cancelled so long after this step has begun, ms. */
  cancel?: { step: number; afterMs: number; reason: string };
}

export const DEMO_ACTS: readonly Act[] = [
  { title: 'A run that passes: a customer buys a mug', flow: 'order.json', expected: 'pass' },
  { title: 'A run that fails: there is no such button', flow: 'missing-button.json', expected: 'fail' },
  {
    title: 'A run that is cancelled while it waits',
    flow: 'warehouse.json',
    expected: 'cancelled',
    cancel: { step: 1, afterMs: 1_000, reason: 'I changed my mind' },
  },
];

/** The example as it stands in the repository, but for the shop it visits. */
export const loadFlow = async (
  root: string,
  { flow: name }: Act,
  baseUrl: string,
): Promise<FlowFile['flow']> => {
  const json = await readFile(join(root, 'examples', name), 'utf8');
  return { ...parseFlow(name, json).flow, baseUrl };
};
