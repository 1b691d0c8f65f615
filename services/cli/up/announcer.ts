/*
 * Owns: up.json while a stack runs. Writes are serialised, so that the last content wins, and none comes after the
 * file was removed.
 */
import { rm } from 'node:fs/promises';
import { createSerialTask } from '#shared/platform/async/serial-task.ts';
import { type UpFile, writeUpFile } from './home/up-file.ts';

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
  let failure: { error: unknown } | undefined;
  const write = async () => {
    failure = undefined;
    await writeUpFile(path, content());
  };
  const writer = createSerialTask(write, (error) => {
    failure = { error };
    onError(error);
  });
  return {
    update: () => {
      if (isOpen) void writer.run();
    },
    open: async () => {
      isOpen = true;
      await writer.run();
      if (failure) throw failure.error;
    },
    close: async () => {
      isOpen = false;
      await writer.close();
      await rm(path, { force: true });
    },
  };
};
