import { chmod, mkdir, stat } from 'node:fs/promises';

/**
 * Makes a folder that only its owner can enter, and so nobody else can read what is in it; one of an earlier version
 * is closed. One that belongs to somebody else, as a mounted volume may, stays as it is.
 */
export const makePrivateFolder = async (path: string): Promise<void> => {
  await mkdir(path, { recursive: true, mode: 0o700 });
  const { mode, uid } = await stat(path);
  if ((mode & 0o077) !== 0 && uid === process.getuid?.()) await chmod(path, 0o700);
};
