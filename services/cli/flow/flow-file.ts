import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import type { ValidationDetails } from '#shared/api/contract/errors/error-body.ts';
import { issueWords } from '#shared/api/contract/errors/issue-words.ts';
import { issueText } from '#shared/api/contract/errors/issues.ts';
import { type StartInput, startBody } from '#shared/api/contract/runs/start.ts';
import { LONGEST } from '#shared/api/limits.ts';
import { cutWhole } from '../view/cut-whole.ts';
import { plainText } from '../view/plain-text.ts';

export interface FlowFile {
  /** The body to post, without `project` and `site`; named after the file unless it has a name. */
  flow: Omit<StartInput, 'project'>;
  project: string | undefined;
  /** The sample site that the flow visits, if any. */
  site: string | undefined;
}

type Issue = ValidationDetails['issues'][number];

/** The flow cannot be read or started. One line per reason. */
export class FlowError extends Error {
  override readonly name = 'FlowError';
  readonly code = 'flow';
  readonly issues: readonly Issue[];

  constructor(message: string, issues: readonly Issue[] = []) {
    super(message);
    this.issues = issues;
  }

  lines(): string[] {
    return [
      this.message,
      ...this.issues.map(({ path, message }) => `  ${plainText(path || 'flow')}: ${plainText(message)}`),
    ];
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `source` is a path, or `-` for `input`; `inputs` go before those of the file. @throws FlowError */
export async function readFlowFile(
  source: string,
  cwd: string,
  input: NodeJS.ReadableStream,
  inputs?: Readonly<Record<string, unknown>>,
): Promise<FlowFile> {
  const json = await readFlowText(source, cwd, input);
  if (source === '-') return parseFlow('the flow on stdin', json, inputs);
  const file = parseFlow(source, json, inputs);
  return { ...file, flow: { name: fileName(source), ...file.flow } };
}

/** `nightly` of `flows/nightly.json`, no longer than a name may be. */
const fileName = (path: string): string => cutWhole(basename(path).replace(/\.json$/i, ''), LONGEST.name);

/** `source` is a path, or `-` for `input`. @throws FlowError */
export async function readFlowText(
  source: string,
  cwd: string,
  input: NodeJS.ReadableStream,
): Promise<string> {
  try {
    return source === '-' ? await text(input) : await readFile(resolve(cwd, source), 'utf8');
  } catch (error) {
    const reason =
      'code' in (error as Error) ? READ_ERRORS[String((error as NodeJS.ErrnoException).code)] : undefined;
    throw new FlowError(`${source} cannot be read: ${reason ?? (error as Error).message}`);
  }
}

const READ_ERRORS: Record<string, string> = {
  ENOENT: 'no such file',
  EACCES: 'permission denied',
  EISDIR: 'it is a folder',
};

/** Validates a flow like the gateway. @throws FlowError with each invalid field */
export function parseFlow(name: string, json: string, inputs?: Readonly<Record<string, unknown>>): FlowFile {
  let value: unknown;
  try {
    value = JSON.parse(json.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new FlowError(`${name} is not JSON: ${plainText((error as Error).message)}`);
  }
  if (!isRecord(value))
    throw new FlowError(`${name} is not a flow: expected an object with baseUrl and steps`);
  const { project, site, ...posted } = value;
  const own = isRecord(posted.inputs) ? posted.inputs : {};
  const flow = { ...posted, ...(inputs && { inputs: { ...own, ...inputs } }) };
  // The project may be set by an option, or be the default, which only the gateway knows.
  const checked = startBody.safeParse(
    { ...flow, project: project ?? 'default' },
    { error: issueWords('en') },
  );
  if (!checked.success) {
    const issues = checked.error.issues.map(({ path, message }) => ({
      path: path.join('.'),
      message: issueText(message),
    }));
    throw new FlowError(`${name} is not a valid flow:`, issues);
  }
  return {
    // Unchanged: a newer gateway may know more fields.
    flow: { ...flow, baseUrl: checked.data.baseUrl } as FlowFile['flow'],
    project: typeof project === 'string' ? project : undefined,
    site: typeof site === 'string' ? site : undefined,
  };
}
