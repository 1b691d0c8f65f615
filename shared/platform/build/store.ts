/*
 * The folder of a built part, with a stamp of its sources: fresh as long as each is unchanged. Others may serve or
 * run it meanwhile: files are named for their content, entries are replaced last and in one step, old files stay for
 * a week.
 */
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { mkdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Part } from './parts.ts';

export interface Built {
  /** Keyed by path below the folder; absent if the builder has written them itself. */
  files?: ReadonlyMap<string, string | Uint8Array>;
  /** The modules that it was made of, from the root of the repository. */
  modules: readonly string[];
}

type Files = NonNullable<Built['files']>;

/** Not served: its name begins with a dot. */
const STAMP = '.stamp.json';
/** Services run for long, and may load a part of them for the first time after days. */
const KEPT_MS = 7 * 24 * 60 * 60_000;
/** Instead of the hash of a source that was saved while it was read: no hash is like it. */
const CHANGED_MEANWHILE = 'changed meanwhile';

interface Stamp {
  /** When the build began, by the clock of the files, epoch ms. */
  since: number;
  /** The hashes of all that it was made of. */
  sources: Readonly<Record<string, string>>;
  files: readonly string[];
}

export function isFresh(root: string, { folder, entries, inputs }: Part): boolean {
  const stamp = readStamp(join(root, folder));
  if (!stamp || !entries.every((name) => existsSync(join(root, folder, name)))) return false;
  // One more file may count too, such as an example.
  if (globSync([...inputs], { cwd: root }).some((path) => !(path in stamp.sources))) return false;
  // Most have not changed since, and need not be read.
  return Object.entries(stamp.sources).every(
    ([path, hash]) => changedAt(join(root, path)) < stamp.since || hashOf(join(root, path)) === hash,
  );
}

/** What the program of a part does: builds it unless it is fresh, or if it is asked to, and says so in one line. */
export async function buildPart(root: string, part: Part, build: () => Promise<Built>): Promise<void> {
  const startedAt = performance.now();
  if (!process.argv.includes('--force') && isFresh(root, part)) {
    console.log('built already');
    return;
  }
  const since = await clockOfFiles(join(root, part.folder));
  await storeBuilt(root, part, await build(), since);
  console.log(`built in ${((performance.now() - startedAt) / 1_000).toFixed(1)} s`);
}

async function storeBuilt(
  root: string,
  { folder, entries, inputs, mode }: Part,
  { files, modules }: Built,
  since: number,
): Promise<void> {
  const paths = [...modules.filter((path) => !isOfPackage(path)), ...globSync([...inputs], { cwd: root })];
  const sources = Object.fromEntries(paths.map((path) => [path, hashSince(join(root, path), since)]));
  const into = join(root, folder);
  if (files) await replaceFiles(into, entries, files, mode);
  const stamp: Stamp = { since, sources, files: [...(files?.keys() ?? [])] };
  const before = readStamp(into)?.files ?? [];
  await replaceFile(join(into, STAMP), JSON.stringify(stamp));
  if (files) await removeOld(into, files, before);
}

async function replaceFiles(
  into: string,
  entries: Part['entries'],
  files: Files,
  mode: Part['mode'],
): Promise<void> {
  const isEntry = ([name]: readonly [string, unknown]) => entries.includes(name);
  const ordered = [...[...files].filter((file) => !isEntry(file)), ...[...files].filter(isEntry)];
  for (const [name, content] of ordered) await replaceFile(join(into, name), content, mode);
}

const isOfPackage = (path: string): boolean => path.startsWith('node_modules/');

async function replaceFile(path: string, content: string | Uint8Array, mode = 0o666): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}.tmp`;
  await writeFile(draft, content, { mode });
  await rename(draft, path);
}

/** A page that is open, or a service that runs, may still load what it has not needed so far. */
async function removeOld(into: string, files: Files, before: readonly string[]): Promise<void> {
  const now = new Date();
  for (const name of globSync('**/*.*', { cwd: into })) {
    if (files.has(name) || name === STAMP) continue;
    const path = join(into, name);
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: now.getTime() }));
    if (before.includes(name)) await utimes(path, now, now);
    else if (now.getTime() - mtimeMs > KEPT_MS) await rm(path, { force: true });
  }
}

function readStamp(folder: string): Stamp | undefined {
  try {
    const stamp = JSON.parse(readFileSync(join(folder, STAMP), 'utf8'));
    return 'since' in stamp ? stamp : undefined; // earlier versions stored less
  } catch {
    return undefined; // never built, or not to its end
  }
}

/** What files say of when they changed is coarser than our clock, and another machine's if the folder is. */
async function clockOfFiles(folder: string): Promise<number> {
  const path = join(folder, `.clock.${process.pid}.tmp`);
  await mkdir(folder, { recursive: true });
  await writeFile(path, '');
  try {
    return (await stat(path)).ctimeMs;
  } finally {
    await rm(path);
  }
}

/** Whether a build has read a file before or after it was saved is not known if that was since the build began. */
function hashSince(path: string, since: number): string {
  const hash = hashOf(path);
  return hash === '' || changedAt(path) < since ? hash : CHANGED_MEANWHILE;
}

/** Also of a file that was moved there. Of one that is not there it is never. */
const changedAt = (path: string): number => statSync(path, { throwIfNoEntry: false })?.ctimeMs ?? Infinity;

/** A file that is not there any more has an empty hash. */
function hashOf(path: string): string {
  try {
    return createHash('sha256').update(readFileSync(path)).digest('hex');
  } catch {
    return '';
  }
}
