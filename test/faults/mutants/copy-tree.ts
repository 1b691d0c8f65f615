import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Change, changed } from '../../support/source/change.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** The sources of the services, changed: they run without a build, so that nothing in production knows of this. */
export async function copyTree(
  changes: readonly Change[],
): Promise<{ root: string; remove(): Promise<void> }> {
  const root = await mkdtemp(join(tmpdir(), 'ghostly-mutant-'));
  const isNeeded = (path: string) => !path.startsWith(join(ROOT, 'services', 'visualiser'));
  for (const part of ['services', 'shared', 'package.json'])
    await cp(join(ROOT, part), join(root, part), { recursive: true, filter: isNeeded });
  await symlink(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  for (const change of changes) {
    const path = join(root, change.file);
    await writeFile(path, changed(await readFile(path, 'utf8'), change));
  }
  return { root, remove: () => rm(root, { recursive: true, force: true }) };
}

/** What the compiler has to say about such a copy; nothing, if its types are right. */
export async function compile(root: string): Promise<string> {
  const project = join(root, 'tsconfig.json');
  // What a change leaves unused is no fault of it.
  const compilerOptions = { noUnusedLocals: false, noUnusedParameters: false };
  const config = { extends: join(ROOT, 'tsconfig.json'), include: ['services', 'shared'], compilerOptions };
  await writeFile(project, JSON.stringify(config));
  const tsc = join(ROOT, 'node_modules', '.bin', 'tsc');
  try {
    return (await promisify(execFile)(tsc, ['--checkers', '1', '--project', project])).stdout;
  } catch (error) {
    return (error as { stdout: string }).stdout || String(error);
  }
}
