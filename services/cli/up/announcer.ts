/*
 * Owns: up.json while a stack runs. Writes follow each other, so the last one written is the last one meant, and none
 * comes after the file was taken away.
 */
import { rm } from 'node:fs/promises';
import { createSerialTask } from '#shared/async/serial-task.ts';
import { type UpFile, writeUpFile } from './up-file.ts';

export interface Announcer {
  /** Writes the present content, from the first call of `open` on. */
  update: () => void;
  open: () => Promise<void>;
  close: () => Promise<void>;
}

export const createAnnouncer = (
  path: string,
  content: () => UpFile,
  onError: (error: unknown) => void,
): Announcer => {
  let isOpen = false;
  const writer = createSerialTask(() => writeUpFile(path, content()), onError);
  return {
    update: () => {
      if (isOpen) void writer.run();
    },
    open: async () => {
      isOpen = true;
      await writeUpFile(path, content());
    },
    close: async () => {
      isOpen = false;
      await writer.close();
      await rm(path, { force: true });
    },
  };
};
