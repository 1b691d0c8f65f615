/* A report that cannot be written is named, keeps no other from being written, and is not waited for. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createClient } from '#shared/api/client/index.ts';
import { writeInto } from '../../../../services/cli/test/write-file.ts';
import { writeBatch, writeReports } from '../../../../services/cli/test/write-reports.ts';
import { batchOfTests } from './fixture.ts';

const never = new AbortController().signal;
const batch = batchOfTests('pass', []);

async function folder(): Promise<string> {
  const cwd = await mkdtemp(join(tmpdir(), 'ghostly-reports-'));
  onTestFinished(() => rm(cwd, { recursive: true, force: true }));
  return cwd;
}
const client = createClient({
  url: 'http://gateway',
  apiKey: 'gly_key',
  fetch: async (url) => new Response(new URL(String(url)).searchParams.get('format')),
});

test('a file that cannot be written keeps no other from being written, and each is named', async () => {
  const cwd = await folder();
  const said: string[] = [];
  const writing = { cwd, err: (line: string) => said.push(line), env: {}, signal: never };
  expect(await writeBatch('.', batch, writing)).toBe(5);
  const files = { junit: '/proc/x/y', ctrf: 'new/ctrf.json', markdown: '.' };
  const place = { client, project: 'p', batch: 'b' };
  const env = { GITHUB_STEP_SUMMARY: join(cwd, 'step.md') };
  expect(await writeReports(place, files, { ...writing, env })).toBe(5);
  expect(said).toEqual([
    expect.stringMatching(/^a report is missing: --output \.: EISDIR/),
    expect.stringMatching(/^a report is missing: --junit \/proc\/x\/y: ENOENT/),
    expect.stringMatching(/^a report is missing: --markdown \.: EISDIR/),
  ]);
  expect(await readFile(join(cwd, 'new/ctrf.json'), 'utf8')).toBe('ctrf');
  expect(await readFile(join(cwd, 'step.md'), 'utf8')).toBe('markdown\n');
});

test('no file is begun once there is no time left', async () => {
  const cwd = await folder();
  const left = AbortSignal.abort(new Error('left'));
  await expect(writeInto(join(cwd, 'a'), 'x', { signal: left })).rejects.toThrow('left');
  await expect(readFile(join(cwd, 'a'))).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a pipe is written to if it is read, and else is an error at once', async () => {
  const path = join(await folder(), 'pipe');
  expect(spawnSync('mkfifo', [path]).status).toBe(0);
  await expect(writeInto(path, 'x', { signal: never })).rejects.toMatchObject({ code: 'ENXIO' });
  const read = readFile(path, 'utf8');
  const text = 'x'.repeat(1_000_000);
  await expect
    .poll(() =>
      writeInto(path, text, { signal: never }).then(
        () => 'written',
        () => 'nobody reads',
      ),
    )
    .toBe('written');
  expect(await read).toBe(text);
});
