/*
 * Owns: up.json while a stack runs. Writes are serialised, so that the last content wins, and none comes after the
 * file was removed.
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
