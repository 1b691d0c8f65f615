import { constants } from 'node:fs';
import { type FileHandle, open, readdir, readFile, stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { logPath } from './log-file.ts';

const POLL_MS = 200;
const CHUNK = 64 * 1024;

/** Names of the logs that match `wanted`: one log, or all of a kind (`runner`: runner-1, runner-2); by default all. */
export const matchingLogs = (names: readonly string[], wanted: string | undefined): string[] =>
  names.filter((name) => wanted === undefined || name === wanted || name.replace(/-\d+$/, '') === wanted);

export const listLogs = async (folder: string): Promise<string[]> => {
  const files = await readdir(folder).catch((): string[] => []);
  return files
    .filter((file) => file.endsWith('.log'))
    .map((file) => file.slice(0, -'.log'.length))
    .sort();
};

/** The last `count` lines, including the previous log file if the log was just rotated. */
export const lastLines = async (folder: string, name: string, count: number): Promise<string[]> => {
  const path = logPath(folder, name);
  const read = (file: string) => readFile(file, 'utf8').catch(() => '');
  const current = (await read(path)).split('\n').slice(0, -1);
  const earlier = current.length < count ? (await read(`${path}.1`)).split('\n').slice(0, -1) : [];
  return count === 0 ? [] : [...earlier, ...current].slice(-count);
};

/** Calls `onLine` for each line that is added from now on, until `signal` is aborted. Follows log rotation. */
export const followLog = async (
  folder: string,
  name: string,
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<void> => {
  const path = logPath(folder, name);
  // A missing file is looked for again with each poll.
  const openLog = () => open(path, constants.O_RDONLY).catch(() => undefined);
  let file: FileHandle | undefined = await openLog();
  const lines = createLineReader(file === undefined ? 0 : (await file.stat()).size, onLine);
  try {
    while (!signal.aborted) {
      const present = await stat(path).catch(() => undefined);
      if (file !== undefined) {
        await lines.readOn(file);
        if (present === undefined || (await file.stat()).ino !== present.ino) {
          await file.close();
          file = undefined;
        }
      }
      if (file === undefined && present !== undefined) {
        file = await openLog();
        lines.rewind();
        continue;
      }
      await delay(POLL_MS, undefined, { signal }).catch(() => {}); // the loop looks at the signal itself
    }
  } finally {
    await file?.close();
  }
};

/** Reads the lines of a file that grows, from `offset` on. */
const createLineReader = (offset: number, onLine: (line: string) => void) => {
  const buffer = Buffer.alloc(CHUNK);
  let at = offset;
  let rest = '';
  return {
    rewind: () => {
      at = 0;
    },
    readOn: async (file: FileHandle): Promise<void> => {
      for (;;) {
        const { bytesRead } = await file.read(buffer, 0, CHUNK, at);
        if (bytesRead === 0) return;
        at += bytesRead;
        const lines = (rest + buffer.toString('utf8', 0, bytesRead)).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) onLine(line);
      }
    },
  };
};
