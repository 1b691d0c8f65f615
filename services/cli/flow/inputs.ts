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
  inputs: { type: 'string', value: 'FILE', help: 'inputs as a JSON object; --input goes before it' },
} as const satisfies Record<string, OptionSpec>;

export interface InputValues {
  input?: string[] | undefined;
  inputs?: string | undefined;
}

type Inputs = Record<string, unknown>;

/** The inputs that the options give; undefined if they give none. @throws UsageError */
export async function inputsOf(
  { input = [], inputs: path }: InputValues,
  cwd: string,
): Promise<Inputs | undefined> {
  if (input.length === 0 && path === undefined) return undefined;
  const fromFile = path === undefined ? {} : parseFile(path, await readFile(resolve(cwd, path), 'utf8'));
  return { ...fromFile, ...Object.fromEntries(input.map(inputOf)) };
}

function inputOf(text: string): [name: string, value: unknown] {
  const [, name, value = ''] = /^([A-Za-z_][\w-]*)=(.*)$/s.exec(text) ?? [];
  if (name === undefined) throw new UsageError(`--input needs NAME=VALUE, not "${text}"`);
  try {
    return [name, JSON.parse(value)];
  } catch {
    return [name, value];
  }
}

function parseFile(path: string, json: string): Inputs {
  let value: unknown;
  try {
    value = JSON.parse(json.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new UsageError(`${path} is not JSON: ${plainText((error as Error).message)}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new UsageError(`${path} must have a JSON object of inputs`);
  return value as Inputs;
}
