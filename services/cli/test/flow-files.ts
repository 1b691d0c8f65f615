/* The files of flows that `ghostly test` is given, by patterns or as a shell has expanded them. */
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { FlowError } from '../flow/flow-file.ts';
import { filesBeside, type LocalFlow, readLocalFlows, rowsFileOf } from '../flows/local-flows.ts';
import { plainText } from '../view/plain-text.ts';

/** The flows that the patterns find, each file once. Rows are passed over if their flow is among them. @throws FlowError */
export async function filesBy(patterns: readonly string[], cwd: string): Promise<LocalFlow[]> {
  const found = await Promise.all(patterns.map((pattern) => filesBeside(pattern, cwd)));
  const flows = new Map<string, LocalFlow>();
  for (const [at, pattern] of patterns.entries()) {
    const { flows: own, rows } = found[at]!;
    if (own.length === 0 && rows.length > 0) continue;
    for (const flow of await readLocalFlows(pattern, cwd)) {
      const path = resolve(cwd, flow.file);
      flows.set(path, flows.get(path) ?? flow);
    }
  }
  const tested = new Set([...flows.keys()].map(rowsFileOf));
  const lonely = found.flatMap(({ rows }) => rows).find((file) => !tested.has(resolve(cwd, file)));
  if (lonely !== undefined) throw new FlowError(plainText(await lonelyText(lonely, cwd)));
  const files = [...flows.values()];
  const [name, same = []] =
    [...Map.groupBy(files, (flow) => flow.name)].find(([, all]) => all.length > 1) ?? [];
  if (name === undefined) return files;
  const both = same.map(({ file }) => file).join(' and ');
  throw new FlowError(plainText(`${both}: both are called ${name}`));
}

async function lonelyText(rows: string, cwd: string): Promise<string> {
  const flow = rows.replace(/\.rows(\.json)$/i, '$1');
  return (await isFile(resolve(cwd, flow)))
    ? `${rows} has rows of ${flow}: give that file`
    : `${rows}: there is no flow beside it, which would be ${flow}`;
}

export const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
