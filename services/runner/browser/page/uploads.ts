import { realpath, stat } from 'node:fs/promises';
import { basename, isAbsolute, join, sep } from 'node:path';
import { StepFailure } from '../errors.ts';

/** Whose files every project may upload. */
const SHARED = 'shared';

/**
 * The folders whose files a project's flows may upload, below `GHOSTLY_UPLOAD_DIR`: its own, then the one for all. Neither
 * has to be there.
 */
export function uploadFoldersOf(uploadDir: string | undefined, projectId: string): string[] | undefined {
  if (uploadDir === undefined) return undefined;
  const own = basename(projectId) === projectId && !/^\.{0,2}$/.test(projectId) ? [projectId] : [];
  return [...own, SHARED].map((name) => join(uploadDir, name));
}

/**
 * The real paths of files that a flow names below one of `folders`, the first that has it. Refuses absolute names, `..`,
 * links that lead out of their folder, and anything but regular files.
 */
export async function resolveUploads(
  folders: readonly string[] | undefined,
  names: readonly string[],
): Promise<string[]> {
  if (folders === undefined) throw new StepFailure('file uploads are not set up here');
  const found = await Promise.all(folders.map((folder) => realpath(folder).catch(() => undefined)));
  const roots = found.filter((root) => root !== undefined);
  if (roots.length === 0) throw new StepFailure('this project has no upload folder');
  return Promise.all(names.map((name) => resolveOne(roots, name)));
}

async function resolveOne(roots: readonly string[], name: string): Promise<string> {
  const refuse = (why: string) => new StepFailure(`file ${JSON.stringify(name)} ${why}`);
  if (isAbsolute(name) || /\0|\\/.test(name) || name.split('/').includes('..'))
    throw refuse('is not a name below the upload folder');
  for (const root of roots) {
    const path = await realpath(join(root, name)).catch(() => undefined);
    if (path === undefined) continue;
    if (!path.startsWith(root.endsWith(sep) ? root : root + sep))
      throw refuse('leads out of the upload folder');
    if (!(await stat(path)).isFile()) throw refuse('is not a file');
    return path;
  }
  throw refuse('does not exist in the upload folder');
}
