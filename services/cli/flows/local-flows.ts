/*
 * Flows in files: a pattern such as `flows/**\/*.json` finds them, and each is named by its path below the part of the
 * pattern that is fixed: `flows/shop/order.json` is `shop.order`.
 */
import { glob, readFile, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { ISSUES } from '#shared/api/contract/errors/issues.ts';
import { isFlowName } from '#shared/api/contract/flows/flow-name.ts';
import { FlowError } from '../flow/flow-file.ts';
import { plainText } from '../view/plain-text.ts';

export interface LocalFlow {
  name: string;
  /** Below the working folder. */
  file: string;
  flow: Record<string, unknown>;
  /** Where a run of the file is started: no part of the flow. */
  project?: unknown;
}

type FoundFile = Pick<LocalFlow, 'file' | 'name'>;

/** Sorted by name. `pattern` may also be one file, or a folder. @throws FlowError that says what is wrong with each file, or that there is none */
export async function readLocalFlows(pattern: string, cwd: string): Promise<LocalFlow[]> {
  const found = await filesOf(pattern, cwd);
  if (found.length === 0) throw new FlowError(`no file is found by ${plainText(pattern)}`);
  const problems: string[] = [];
  const flows: LocalFlow[] = [];
  for (const { file, name } of found) {
    const read = await readFlow(file, name, cwd);
    if (typeof read === 'string') problems.push(`${file}: ${read}`);
    else flows.push(read);
  }
  for (const [name, same] of Map.groupBy(flows, (flow) => flow.name))
    if (same.length > 1)
      problems.push(`${same.map(({ file }) => file).join(' and ')}: both are called ${name}`);
  if (problems.length > 0) throw new FlowError(problems.map(plainText).join('\n'));
  return flows.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** Rows of inputs for the flow beside them (`order.rows.json` for `order.json`), with which it is tested. */
const ROWS = /\.rows\.json$/i;

/** The file with the rows of a flow, if there is one. */
export const rowsFileOf = (file: string): string => file.replace(/\.json$/i, '.rows.json');

/** The flows that a pattern finds, with their names, valid or not. Rows are none. */
export async function filesOf(pattern: string, cwd: string): Promise<FoundFile[]> {
  return (await foundBy(pattern, cwd)).filter(({ file }) => !ROWS.test(file));
}

/** The files that a pattern finds: those of flows, valid or not, and those of rows. */
export async function filesBeside(
  pattern: string,
  cwd: string,
): Promise<{ flows: string[]; rows: string[] }> {
  const files = (await foundBy(pattern, cwd)).map(({ file }) => file);
  return { flows: files.filter((file) => !ROWS.test(file)), rows: files.filter((file) => ROWS.test(file)) };
}

async function foundBy(pattern: string, cwd: string): Promise<FoundFile[]> {
  const isFolder = await stat(resolve(cwd, pattern)).then(
    (found) => found.isDirectory(),
    () => false,
  );
  const all = isFolder ? join(pattern, '**/*.json') : pattern;
  const root = resolve(cwd, fixedPart(all));
  const files = await Array.fromAsync(glob(all, { cwd, exclude: (name) => name.endsWith('node_modules') }));
  return files.map((file) => ({
    file,
    name: relative(root, resolve(cwd, file))
      .replace(/\.json$/i, '')
      .split(sep)
      .join('.'),
  }));
}

/** The folders before the first part of a pattern that has wildcards; of a plain path, its folder. */
function fixedPart(pattern: string): string {
  const parts = pattern.split('/');
  const at = parts.findIndex((part) => /[*?[\]{}()!]/.test(part));
  return at < 0 ? dirname(pattern) : parts.slice(0, at).join('/') || (pattern.startsWith('/') ? '/' : '.');
}

/** The flow in a file, or what is wrong with it. */
export async function readFlow(file: string, name: string, cwd: string): Promise<LocalFlow | string> {
  if (!isFlowName(name)) return `its name would be "${name}": that ${ISSUES.not_flow_name.en}`;
  let value: unknown;
  try {
    value = JSON.parse((await readFile(resolve(cwd, file), 'utf8')).replace(/^\uFEFF/, ''));
  } catch (error) {
    return error instanceof SyntaxError
      ? `is not JSON: ${error.message}`
      : `cannot be read: ${String(error)}`;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'is not a flow';
  const { project, ...flow } = value as Record<string, unknown>;
  return { name, file, flow, project };
}
