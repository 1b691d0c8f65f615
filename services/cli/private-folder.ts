import { existsSync, mkdirSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** Made if it is not there. Undefined if other users than root could change what is in it, or if it cannot be made. */
export function privateFolder(path: string): string | undefined {
  try {
    if (!isThereOrMade(path)) return undefined;
    const folder = realpathSync(path);
    return isPrivate(folder) && mayWrite(folder) === 'owner' ? folder : undefined;
  } catch {
    return undefined;
  }
}

/** One by one: Node's recursive `mkdir` never returns where a file system answers that a folder is not there, as /proc does. */
function isThereOrMade(path: string): boolean {
  if (existsSync(path)) return isPrivate(realpathSync(path));
  if (!isThereOrMade(dirname(path))) return false;
  mkdirSync(path, 0o700);
  return true;
}

/** Nobody else can replace it or a folder above it. */
const isPrivate = (path: string): boolean =>
  mayWrite(path) !== 'others' && (path === dirname(path) || isPrivate(dirname(path)));

/** A writer of a sticky folder, such as /tmp, can add to it, but not replace what others have there. */
function mayWrite(path: string): 'owner' | 'all, but sticky' | 'others' {
  const { uid, mode } = statSync(path);
  if (uid !== 0 && uid !== process.getuid?.()) return 'others';
  if ((mode & 0o022) === 0) return 'owner';
  return (mode & 0o1000) === 0 ? 'others' : 'all, but sticky';
}
