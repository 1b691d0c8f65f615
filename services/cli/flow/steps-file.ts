import type { StartInput } from '#shared/api/client/index.ts';
import { FlowError, readFlowText } from './flow-file.ts';

/** A list of steps, or those of a flow, from a file or `-` for `input`; the gateway checks them. @throws FlowError */
export async function readSteps(
  source: string,
  cwd: string,
  input: NodeJS.ReadableStream,
): Promise<StartInput['steps']> {
  const found = stepsIn(jsonOf(await readFlowText(source, cwd, input)));
  if (!Array.isArray(found)) throw new FlowError(`${source} has no list of steps`);
  return found as StartInput['steps'];
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const stepsIn = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'steps' in value ? value.steps : value;
