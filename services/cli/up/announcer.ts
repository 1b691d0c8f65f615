/*
 * Owns: up.json while a stack runs. Writes follow each other, so the last one written is the last one meant, and none
 * comes after the file was taken away.
 */
import { rm } from 'node:fs/promises';
import { type UpFile, writeUpFile } from './up-file.ts';

export type Announcer = {
  /** Writes the present content, from the first call of `open` on. */
  update: () => void;
  open: () => Promise<void>;
  close: () => Promise<void>;
};

export const createAnnouncer = (
  path: string,
  content: () => UpFile,
  onError: (error: unknown) => void,
): Announcer => {
  let isOpen = false;
  let writing: Promise<void> = Promise.resolve();

  const update = () => {
    if (!isOpen) return;
    writing = writing.then(() => (isOpen ? writeUpFile(path, content()) : undefined)).catch(onError);
  };
  return {
    update,
    open: async () => {
      isOpen = true;
      await writeUpFile(path, content());
    },
    close: async () => {
      isOpen = false;
      await writing;
      await rm(path, { force: true });
    },
  };
};
