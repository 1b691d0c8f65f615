import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Change } from './mutants.ts';

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
  for (const { file, from, to } of changes) {
    const code = await readFile(join(root, file), 'utf8');
    const times = code.split(from).length - 1;
    // The code has moved on: the mutant has to move with it, or it proves nothing.
    if (times !== 1) throw new Error(`${file} has this ${times} times instead of once:\n${from}`);
    await writeFile(
      join(root, file),
      code.replace(from, () => to),
    );
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
