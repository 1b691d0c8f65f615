/* Rows of inputs in a file: `[{"inputs": {…}, "name": "…", "labels": […]}, …]`, each of which is a test of its flow. */
import type { BatchInput } from '#shared/api/client/index.ts';
import { FlowError, readFlowText } from '../flow/flow-file.ts';
import { plainText } from '../view/plain-text.ts';

export type InputRow = NonNullable<BatchInput['flows'][number]['rows']>[number];

const FIELDS: readonly string[] = ['name', 'inputs', 'labels'] satisfies (keyof InputRow)[];
const FORM = '{"inputs": {…}, "name": "…", "labels": […]}';

/** `source` is a path, or `-` for stdin. @throws FlowError; what a row may hold, the contract checks */
export async function readRows(source: string, cwd: string): Promise<InputRow[]> {
  const value = parse(source, await readFlowText(source, cwd, process.stdin));
  if (!Array.isArray(value) || value.length === 0)
    throw new FlowError(`${plainText(source)} has no rows: expected a list of ${FORM}`);
  for (const [at, row] of value.entries()) {
    const wrong = isRecord(row) ? Object.keys(row).find((name) => !FIELDS.includes(name)) : '';
    if (wrong === undefined) continue;
    const why = wrong === '' ? 'is no row' : `has the field ${wrong}`;
    throw new FlowError(`${plainText(`${source}: ${at} ${why}`)}: expected ${FORM}`);
  }
  return value as InputRow[];
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parse(source: string, json: string): unknown {
  try {
    return JSON.parse(json.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new FlowError(`${plainText(source)} is not JSON: ${plainText((error as Error).message)}`);
  }
}
