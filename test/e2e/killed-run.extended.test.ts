/* A test run that is killed or interrupted leaves no process and no file behind. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readLines } from '#shared/platform/files/lines.ts';
import { eventually } from '../support/eventually.ts';
import { afterThisTest } from '../support/file-hooks.ts';
import { processesWith } from '../support/stack/leaks.ts';

const CLONE = join(import.meta.dirname, '../..');
const VITEST = [
  process.execPath,
  'node_modules/vitest/vitest.mjs',
  'run',
  '--root',
  'test/fixtures/killed-run',
];
/** A test run of one file, which tells its folder when its servers are there and then waits. */
async function startRun({ asNpm = false } = {}): Promise<{ child: ChildProcess; folder: string }> {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(VITEST|npm_)/.test(name));
  const env = { ...Object.fromEntries(inherited), ...(asNpm && { npm_lifecycle_event: 'test' }) };
  const [program = '', ...args] = asNpm ? ['sh', '-c', '"$0" "$@"; true', ...VITEST] : VITEST;
  const child = spawn(program, args, { cwd: CLONE, env, stdio: ['ignore', 'pipe', 'pipe'] });
  afterThisTest(async () => void child.kill('SIGKILL'));
  const lines: string[] = [];
  const ready = Promise.withResolvers<string>();
  const onLine = (line: string) => {
    lines.push(line);
    const [, folder] = /folder of the run: (\S+)/.exec(line) ?? [];
    if (folder !== undefined) ready.resolve(folder);
  };
  readLines(child.stdout, onLine);
  readLines(child.stderr, onLine);
  child.once('close', () => ready.reject(new Error(`ended before it was ready:\n${lines.join('\n')}`)));
  return { child, folder: await ready.promise };
}

const nothingLeft = (folder: string) =>
  eventually(async () => {
    expect(await processesWith(folder)).toEqual([]);
    expect(existsSync(folder)).toBe(false);
  });

test.each(['SIGKILL', 'SIGINT'] as const)(
  'a test run that gets a %s leaves no process and no file behind',
  async (signal) => {
    const { child, folder } = await startRun();
    const commands = (await processesWith(folder)).map(({ command }) => command).join('\n');
    expect(commands).toContain('postgres');
    expect(commands).toContain('nats-server');
    child.kill(signal);
    await nothingLeft(folder);
  },
);

test('a test run ends when the process that started it is killed, as npm is', async () => {
  const { child, folder } = await startRun({ asNpm: true });
  child.kill('SIGKILL');
  await nothingLeft(folder);
});
