/*
 * Owns: <home>/logs/<name>.log and its predecessor <name>.log.1. A log that cannot be written (disk full) does
 * not stop the stack; its lines are lost.
 */
import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';

export interface LogFile {
  write: (line: string) => void;
  close: () => void;
}

const MAX_BYTES = 10 * 1024 * 1024;

export const logPath = (folder: string, name: string) => join(folder, `${name}.log`);

/** Appends lines; past `maxBytes` the file becomes `.1` and a new one begins, so a log takes at most twice that. */
export const openLogFile = (folder: string, name: string, maxBytes = MAX_BYTES): LogFile => {
  const path = logPath(folder, name);
  let fd: number | undefined;
  let size = 0;

  const open = () => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    fd = openSync(path, 'a', 0o600);
    size = fstatSync(fd).size;
  };
  const close = () => {
    if (fd !== undefined) closeSync(fd);
    fd = undefined;
  };

  return {
    write: (line) => {
      try {
        if (fd === undefined) open();
        if (size >= maxBytes) {
          close();
          renameSync(path, `${path}.1`);
          open();
        }
        if (fd !== undefined) size += writeSync(fd, `${line}\n`);
      } catch {
        // See above.
      }
    },
    close,
  };
};
