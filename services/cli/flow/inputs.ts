import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type OptionSpec, UsageError } from '../command.ts';
import { plainText } from '../view/plain-text.ts';

/** Options that give a flow its inputs. */
export const INPUT_OPTIONS = {
  input: {
    type: 'string',
    multiple: true,
    value: 'NAME=VALUE',
    help: 'an input of the flow, as JSON or, if it is none, text; may be given several times',
  },
  inputs: {
    type: 'string',
    value: 'FILE|JSON',
    help: 'inputs as a JSON object, from a file or as it is; --input goes before it',
  },
} as const satisfies Record<string, OptionSpec>;

export interface InputValues {
  input?: string[] | undefined;
  inputs?: string | undefined;
}

type Inputs = Record<string, unknown>;

/** The inputs that the options give; undefined if they give none. @throws UsageError */
export async function inputsOf(
  { input = [], inputs: given }: InputValues,
  cwd: string,
): Promise<Inputs | undefined> {
  if (input.length === 0 && given === undefined) return undefined;
  const all = given === undefined ? {} : await readInputs(given, cwd);
  return { ...all, ...Object.fromEntries(input.map(inputOf)) };
}

/** What begins with a brace is JSON, and else the path of a file. */
const readInputs = async (given: string, cwd: string): Promise<Inputs> =>
  given.trimStart().startsWith('{')
    ? parseInputs('--inputs', given)
    : parseInputs(given, await readFile(resolve(cwd, given), 'utf8'));

function inputOf(text: string): [name: string, value: unknown] {
  const [, name, value = ''] = /^([A-Za-z_][\w-]*)=(.*)$/s.exec(text) ?? [];
  if (name === undefined) throw new UsageError(`--input needs NAME=VALUE, not "${text}"`);
  try {
    return [name, JSON.parse(value)];
  } catch {
    return [name, value];
  }
}

function parseInputs(source: string, json: string): Inputs {
  let value: unknown;
  try {
    value = JSON.parse(json.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new UsageError(`${source} is not JSON: ${plainText((error as Error).message)}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new UsageError(`${source} must have a JSON object of inputs`);
  return value as Inputs;
}
