import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { CommandContext } from '../command.ts';
import { EXIT } from '../exit.ts';
import { localTime } from '../view/local-time.ts';
import { plainJson, plainText } from '../view/plain-text.ts';
import { showTable } from '../view/show-table.ts';
import { filesOf, readFlow, readLocalFlows } from './local-flows.ts';
import {
  type Compared,
  compareFlows,
  differs,
  type FlowStore,
  listAll,
  type Pushed,
  storeCompared,
} from './store-flows.ts';

export interface FlowAct {
  context: CommandContext;
  store: FlowStore;
  json: boolean;
  dryRun: boolean;
}

/** The actions of `ghostly flows`; each resolves to the exit code. */
export const FLOW_ACTIONS: Readonly<
  Record<string, (act: FlowAct, place: string | undefined) => Promise<number>>
> = {
  list,
  push,
  pull,
  diff,
};

async function list({ context, store, json }: FlowAct): Promise<number> {
  const flows = await listAll(store);
  if (json) context.out(plainJson(flows));
  else if (flows.length === 0) context.out('no named flows');
  else
    showTable(
      context,
      ['NAME', 'VERSION', 'UPDATED', 'BY', 'DESCRIPTION'],
      flows.map(({ name, version, updatedAt, by = '', description }) => [
        name,
        String(version),
        localTime(Date.parse(updatedAt)),
        plainText(by),
        plainText(description),
      ]),
    );
  return EXIT.done;
}

/** All flows are checked before the first is stored. */
async function push({ context, store, json, dryRun }: FlowAct, pattern = ''): Promise<number> {
  const compared = await compareFlows(store, await readLocalFlows(pattern, context.cwd));
  const pushed: Pushed[] = [];
  for (const flow of compared)
    pushed.push(differs(flow) && !dryRun ? await storeCompared(store, flow) : flow);
  const items = pushed.map(({ file, name, answer, conflict }) =>
    conflict ? { file, name, conflict } : { file, ...answer },
  );
  const done = show(context, json, items, (item) =>
    'conflict' in item
      ? [`${item.name}: not stored: it was changed meanwhile`]
      : [pushedText(item, dryRun), ...(item.ignored ?? []).map(notStored)],
  );
  return items.some((item) => 'conflict' in item) ? EXIT.refused : done;
}

function pushedText({ name, version, created, restored }: Compared['answer'], dryRun: boolean): string {
  const change = [...(restored ? ['restored'] : []), ...(created || restored ? [] : ['unchanged'])];
  const would = dryRun && (created || restored) ? 'would be ' : '';
  return `${name}: ${would}${[...change, `version ${version}`].join(', ')}`;
}

const notStored = (field: string): string => `  ${plainText(field)} is not known, and not stored`;

async function diff({ context, store, json }: FlowAct, pattern = ''): Promise<number> {
  const compared = await compareFlows(store, await readLocalFlows(pattern, context.cwd));
  const local = new Set(compared.map(({ name }) => name));
  const others = (await listAll(store)).filter(({ name }) => !local.has(name));
  const changed = compared.filter(differs);
  if (json) {
    const differing = changed.map(({ name, file, answer: { version, restored, changes = [], more } }) => ({
      name,
      file,
      version,
      ...(restored && { restored }),
      changes,
      ...(more && { more }),
    }));
    context.out(plainJson({ changed: differing, notInFiles: others.map(({ name }) => name) }));
    return EXIT.done;
  }
  for (const flow of changed) for (const line of changesOf(flow)) context.out(line);
  for (const { name } of others) context.out(`${name}: in the project, and in no file`);
  if (changed.length + others.length === 0) context.out('no differences');
  return EXIT.done;
}

function changesOf({ name, file, answer }: Compared): string[] {
  const { version, created, restored, changes = [], more } = answer;
  if (created && version === 1) return [`${name}: new, from ${file}`];
  return [
    ...(restored ? [`${name}: deleted in the project, would be restored`] : []),
    ...(created ? [`${name}: ${file} differs from version ${version - 1}`] : []),
    ...changes.flatMap(({ kind, path, before, after }) => [
      ...(kind === 'added' ? [] : [`  - ${path}: ${shown(before)}`]),
      ...(kind === 'removed' ? [] : [`  + ${path}: ${shown(after)}`]),
    ]),
    ...(more ? ['  and more'] : []),
  ];
}

const shown = (value: unknown): string => plainJson(value ?? null);

/** A flow goes to the file that it was pushed from, or would be; a file with the same content stays as it is. */
async function pull({ context, store, json, dryRun }: FlowAct, folder = 'flows'): Promise<number> {
  const { client, project, signal } = store;
  const { cwd } = context;
  const files = new Map(
    (await filesOf(join(folder, '**/*.json'), cwd)).map(({ name, file }) => [name, file]),
  );
  const pulled: Pulled[] = [];
  for (const { name, version } of await listAll(store)) {
    const { flow } = await client.call('readNamedFlow', { params: { id: project, name } }, { signal });
    const known = files.get(name);
    const file = known ?? join(folder, `${name}.json`);
    const local = known === undefined ? undefined : await readFlow(known, name, cwd);
    const before = typeof local === 'object' ? local : undefined;
    const changed = !isDeepStrictEqual(before?.flow, flow);
    if (changed && !dryRun) await writeFlow(resolve(cwd, file), { project: before?.project, ...flow });
    pulled.push({ name, version, file, changed });
  }
  const would = dryRun ? 'would be written' : 'written';
  return show(context, json, pulled, ({ name, version, file, changed }) => [
    changed
      ? `${name}: ${would} to ${plainText(file)}, version ${version}`
      : `${name}: unchanged, version ${version}`,
  ]);
}

interface Pulled {
  name: string;
  version: number;
  file: string;
  changed: boolean;
}

async function writeFlow(path: string, content: object): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `${JSON.stringify(content, null, 2)}\n`);
}

function show<Item>(
  { out }: CommandContext,
  json: boolean,
  items: readonly Item[],
  lines: (item: Item) => string[],
): number {
  if (json) out(plainJson(items));
  else if (items.length === 0) out('no flows');
  else for (const item of items) for (const line of lines(item)) out(line);
  return EXIT.done;
}
