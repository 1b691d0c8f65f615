/* Writes a file that may be no usual one: a pipe that nothing reads must not keep this process from its end. */
import { once } from 'node:events';
import { constants, openSync } from 'node:fs';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { Socket } from 'node:net';
import { dirname } from 'node:path';
import { orLeft } from './interruption.ts';

const { O_WRONLY, O_NONBLOCK } = constants;

/** Makes its folder, too. @throws the error of the system, or the signal's reason */
export async function writeInto(
  path: string,
  text: string,
  { signal, isAdded = false }: { signal: AbortSignal; isAdded?: boolean },
): Promise<void> {
  const write = async () => {
    await makeFolder(dirname(path));
    if (await isPipe(path)) return writePipe(path, text, signal);
    await writeFile(path, text, { flag: isAdded ? 'a' : 'w' });
  };
  signal.throwIfAborted();
  await orLeft(signal, write());
}

const isPipe = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isFIFO(),
    () => false,
  );

/** Opened as a file, a pipe holds up a thread until it has a reader, and the end of a process waits for its threads. */
async function writePipe(path: string, text: string, signal: AbortSignal): Promise<void> {
  const fd = openSync(path, O_WRONLY | O_NONBLOCK);
  const pipe = new Socket({ fd, readable: false, writable: true });
  try {
    pipe.end(text);
    await once(pipe, 'finish', { signal });
  } finally {
    pipe.destroy();
  }
}

/** Unlike `recursive` of Node, it ends where a folder takes none, such as `/proc`. */
async function makeFolder(path: string): Promise<void> {
  const made = await mkdir(path).then(
    () => undefined,
    (error: NodeJS.ErrnoException) => error,
  );
  if (made === undefined || made.code === 'EEXIST') return;
  if (made.code !== 'ENOENT' || dirname(path) === path) throw made;
  await makeFolder(dirname(path));
  await mkdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
}
