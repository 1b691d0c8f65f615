import { realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, sep } from 'node:path';
import { StepFailure } from './errors.ts';

/**
 * The real paths of files that a flow names below `uploadDir`. Refuses a missing folder, absolute names, `..`, links
 * that lead outside, and anything but regular files.
 */
export async function resolveUploads(
  uploadDir: string | undefined,
  names: readonly string[],
): Promise<string[]> {
  if (uploadDir === undefined) throw new StepFailure('file uploads are not set up here');
  const root = await realpath(uploadDir).catch(() => {
    throw new StepFailure('the upload folder does not exist');
  });
  return Promise.all(names.map((name) => resolveOne(root, name)));
}

async function resolveOne(root: string, name: string): Promise<string> {
  const refuse = (why: string) => new StepFailure(`file ${JSON.stringify(name)} ${why}`);
  if (isAbsolute(name) || /\0|\\/.test(name) || name.split('/').includes('..'))
    throw refuse('is not a name below the upload folder');
  const path = await realpath(join(root, name)).catch(() => {
    throw refuse('does not exist in the upload folder');
  });
  if (!path.startsWith(root.endsWith(sep) ? root : root + sep))
    throw refuse('leads out of the upload folder');
  if (!(await stat(path)).isFile()) throw refuse('is not a file');
  return path;
}
