import { constants } from 'node:fs';
import { type FileHandle, open, readdir, readFile, stat } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';
import { setTimeout as delay } from 'node:timers/promises';
import { onCode } from '#shared/platform/files/on-code.ts';
import { logPath } from './log-file.ts';

const POLL_MS = 200;
const CHUNK = 64 * 1024;

/** Names of the logs that match `wanted`: one log, or all of a kind (`runner`: runner-1, runner-2); by default all. */
export const matchingLogs = (names: readonly string[], wanted: string | undefined): string[] =>
  names.filter((name) => wanted === undefined || name === wanted || name.replace(/-\d+$/, '') === wanted);

export const listLogs = async (folder: string): Promise<string[]> => {
  const files = await readdir(folder).catch(onCode<string[]>('ENOENT', []));
  return files
    .filter((file) => file.endsWith('.log'))
    .map((file) => file.slice(0, -'.log'.length))
    .sort();
};

/** A log from its last lines on. It is one reading: no line is missed or repeated between the two. */
export interface LogTail extends AsyncDisposable {
  /** Including those of the file before, if the log was just rotated. */
  readonly lastLines: string[];
  /** Calls `onLine` for each line after these, until `signal` is aborted. Follows log rotation. */
  follow(onLine: (line: string) => void, signal: AbortSignal): Promise<void>;
}

export async function openTail(folder: string, name: string, count: number): Promise<LogTail> {
  const path = logPath(folder, name);
  // A missing file is looked for again with each poll.
  const openLog = () => open(path, constants.O_RDONLY).catch(onCode('ENOENT', undefined));
  let file: FileHandle | undefined = await openLog();
  const lines = createLineReader();
  const lastLines: string[] = [];
  const keepLast = (line: string) => {
    lastLines.push(line);
    if (lastLines.length > 2 * count) lastLines.splice(0, lastLines.length - count);
  };
  if (file) await lines.readOn(file, keepLast);
  if (lastLines.length < count) lastLines.unshift(...(await linesOf(`${path}.1`)));

  return {
    lastLines: count === 0 ? [] : lastLines.slice(-count),
    async follow(onLine, signal) {
      while (!signal.aborted) {
        const present = await stat(path).catch(onCode('ENOENT', undefined));
        if (file !== undefined) {
          await lines.readOn(file, onLine);
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
    },
    [Symbol.asyncDispose]: async () => file?.close(),
  };
}

const linesOf = async (path: string): Promise<string[]> =>
  (await readFile(path, 'utf8').catch(onCode('ENOENT', ''))).split('\n').slice(0, -1);

/** Reads the lines of a file that grows. */
const createLineReader = () => {
  const buffer = Buffer.alloc(CHUNK);
  const decoder = new StringDecoder('utf8');
  let at = 0;
  let rest = '';
  return {
    rewind: () => {
      at = 0;
    },
    readOn: async (file: FileHandle, onLine: (line: string) => void): Promise<void> => {
      for (;;) {
        const { bytesRead } = await file.read(buffer, 0, CHUNK, at);
        if (bytesRead === 0) return;
        at += bytesRead;
        const lines = (rest + decoder.write(buffer.subarray(0, bytesRead))).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) onLine(line);
      }
    },
  };
};
