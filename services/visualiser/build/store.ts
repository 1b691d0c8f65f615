/*
 * The folder of the built application. Owns what is in it, and the stamp that says of which sources it was made: a
 * build is fresh as long as each of them is as it was. Another process may serve the folder meanwhile, so index.html is
 * replaced in one step, after what it names.
 */
import { createHash } from 'node:crypto';
import { existsSync, globSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Bundle } from './bundle.ts';

/** Not served: its name begins with a dot. */
const STAMP = '.stamp.json';
/** What decides about the result besides the modules that are in it. */
const MORE_INPUTS = [
  'package-lock.json',
  'examples/*.json',
  'shared/run/*.ts',
  'services/visualiser/build.ts',
  'services/visualiser/build/*.ts',
  'services/visualiser/app/index.html',
  'services/visualiser/app/icon.svg',
];

type Stamp = Record<string, string>;

export async function isFresh(root: string, folder: string): Promise<boolean> {
  const stamp = await readStamp(folder);
  if (!stamp || !existsSync(join(folder, 'index.html'))) return false;
  const files = Object.keys(stamp);
  // One more file may count too, such as an example.
  if (globSync(MORE_INPUTS, { cwd: root }).some((path) => !(path in stamp))) return false;
  const now = await stampOf(root, files);
  return files.every((path) => now[path] === stamp[path]);
}

export async function storeBundle(root: string, folder: string, { files, metafile }: Bundle): Promise<void> {
  const stamp = await stampOf(root, [
    ...Object.keys(metafile.inputs),
    ...globSync(MORE_INPUTS, { cwd: root }),
  ]);
  for (const [name, content] of [...files, [STAMP, JSON.stringify(stamp)] as const])
    await replaceFile(join(folder, name), content);
  const assets = await readdir(join(folder, 'assets'));
  const stale = assets.filter((name) => !files.has(`assets/${name}`));
  await Promise.all(stale.map((name) => rm(join(folder, 'assets', name), { force: true })));
}

async function replaceFile(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}.tmp`;
  await writeFile(draft, content);
  await rename(draft, path);
}

async function readStamp(folder: string): Promise<Stamp | undefined> {
  try {
    return JSON.parse(await readFile(join(folder, STAMP), 'utf8'));
  } catch {
    return undefined; // never built, or not to its end
  }
}

/** A file that is not there any more has an empty hash. */
async function stampOf(root: string, paths: string[]): Promise<Stamp> {
  const hashes = await Promise.all(
    paths.map(async (path) => {
      const content = await readFile(join(root, path)).catch(() => undefined);
      return [path, content ? createHash('sha256').update(content).digest('hex') : ''] as const;
    }),
  );
  return Object.fromEntries(hashes);
}
