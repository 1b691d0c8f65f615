/* A service leaves with 1 after a second signal, and does not count an error that nothing caught as one. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { readLines } from '#shared/platform/files/lines.ts';

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));

/** What it closes is closed by the second signal only, which so comes first by a hair. */
const SERVICE = `
  import { runService } from '#shared/platform/process/service.ts';
  await runService('test', 'info', async ({ stopped, ready, resources }) => {
    resources.defer(() => new Promise((resolve) => process.once('SIGTERM', resolve)));
    ready();
    await stopped;
  });`;

/** It is done once it gets a signal after the error. */
const FAILING = `
  import { runService } from '#shared/platform/process/service.ts';
  await runService('test', 'info', async ({ log, failure }) => {
    const signal = new Promise((resolve) => process.once('SIGTERM', resolve));
    setImmediate(() => { throw new Error('nothing catches this'); });
    await failure.first;
    await signal;
    log.info('handed back');
  });`;

it('a service leaves with 1 after a second signal, also if it comes to its end by itself just then', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', SERVICE], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const lines: string[] = [];
  readLines(child.stdout!, (line) => {
    lines.push(line);
    if (line.includes('"msg":"stopping"')) child.kill('SIGTERM');
  });
  const closed = once(child, 'close');
  await once(child, 'message');
  child.kill('SIGTERM');
  expect(await closed).toEqual([1, null]);
  expect(lines.at(-1)).toContain('second signal: exiting at once');
});

it('a service does not count an error that nothing caught as a signal', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', FAILING], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const lines: string[] = [];
  readLines(child.stdout!, (line) => {
    lines.push(line);
    if (line.includes('nothing catches this')) child.kill('SIGTERM');
  });
  expect(await once(child, 'close')).toEqual([1, null]);
  expect(lines.at(-1)).toContain('handed back');
});
