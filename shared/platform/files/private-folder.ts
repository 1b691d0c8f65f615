import { chmod, mkdir, stat } from 'node:fs/promises';

/**
 * Creates a folder that only its owner can enter; an existing one is restricted too. One that belongs to another
 * user, as a mounted volume may, is left as it is.
 */
export const makePrivateFolder = async (path: string): Promise<void> => {
  await mkdir(path, { recursive: true, mode: 0o700 });
  const { mode, uid } = await stat(path);
  if ((mode & 0o077) !== 0 && uid === process.getuid?.()) await chmod(path, 0o700);
};
