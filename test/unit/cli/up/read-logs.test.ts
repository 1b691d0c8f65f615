/* A reader of logs sees the last lines and all that follow, also when a log is rotated. */
import { appendFile, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { logPath } from '../../../../services/cli/up/log-file.ts';
import { openTail } from '../../../../services/cli/up/read-logs.ts';
import { eventually } from '../../../support/eventually.ts';

let folder: string;
let path: string;
let stop: AbortController;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'logs-'));
  path = logPath(folder, 'runner-1');
  stop = new AbortController();
  await mkdir(dirname(path), { recursive: true });
});
afterEach(() => rm(folder, { recursive: true }));

/** What is shown, the last lines first. */
async function follow(count: number, between: () => Promise<unknown> = async () => undefined) {
  const tail = await openTail(folder, 'runner-1', count);
  const shown = [...tail.lastLines];
  await between();
  const followed = tail.follow((line) => shown.push(line), stop.signal);
  const end = async () => {
    stop.abort();
    await followed;
    await tail[Symbol.asyncDispose]();
  };
  return { shown, end };
}

it('a reader of logs says that a log cannot be read, rather than wait for it', async () => {
  await writeFile(path, '');
  await expect(openTail(path, 'runner-1', 2)).rejects.toThrow('ENOTDIR');
});

it('a reader of logs shows the last lines, those of the file before included, and what is added', async () => {
  await writeFile(`${path}.1`, 'one\ntwo\n');
  await writeFile(path, 'three\n');
  const { shown, end } = await follow(2);
  await appendFile(path, 'four\n');
  await eventually(() => expect(shown).toEqual(['two', 'three', 'four']));
  await end();
});

it('a reader of logs misses no line that is written before it begins to follow, nor one that was half written', async () => {
  await writeFile(path, 'one\nhalf of ');
  const { shown, end } = await follow(10, () => appendFile(path, 'two\nthree\n'));
  await eventually(() => expect(shown).toEqual(['one', 'half of two', 'three']));
  await end();
});

it('a reader of logs goes on in the next file when the log is rotated, and finishes the one before', async () => {
  await writeFile(path, 'one\n');
  const { shown, end } = await follow(0, async () => {
    await appendFile(path, 'two\n');
    await rename(path, `${path}.1`);
    await writeFile(path, 'three\n');
  });
  await eventually(() => expect(shown).toEqual(['two', 'three']));
  await end();
});

it('a reader of logs waits for a log that is not there yet', async () => {
  const { shown, end } = await follow(5);
  await writeFile(path, 'first: 日本\n');
  await eventually(() => expect(shown).toEqual(['first: 日本']));
  await end();
});
