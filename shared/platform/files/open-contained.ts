import { constants } from 'node:fs';
import { type FileHandle, open, realpath } from 'node:fs/promises';
import { sep } from 'node:path';

/**
 * Opens a regular file below `root` for reading; `path` is relative, with forward slashes. Undefined if there is none,
 * or if a link or a `..` is on the way to it. `root` itself may be a link.
 */
export async function openContained(root: string, path: string): Promise<FileHandle | undefined> {
  try {
    const file = `${await realpath(root)}${sep}${path.replaceAll('/', sep)}`;
    if ((await realpath(file)) !== file) return undefined;
    const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    if ((await handle.stat()).isFile()) return handle;
    await handle.close();
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  return undefined;
}

const MISSING = new Set<unknown>(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO', 'ENAMETOOLONG']);
const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && MISSING.has(error.code);
