/* A network that changes while a page is opened costs its step no more than its timeout. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { needs } from '../../../../support/machine.ts';

const PROGRAM = join(import.meta.dirname, 'changing-network.ts');

await needs('user namespaces', 'ip');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ghostly-test-network-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Uses a network of its own: a change of the machine's would fail what browsers of other tests are opening. */
async function openWhileChanging(changes: number, timeoutMs: number): Promise<unknown> {
  const { stdout } = await promisify(execFile)('unshare', [
    ...['--user', '--map-root-user', '--net', '--kill-child', process.execPath],
    ...[PROGRAM, folder, String(changes), String(timeoutMs)],
  ]);
  return JSON.parse(stdout);
}

test('a page is opened although interfaces of the machine appear meanwhile', async () => {
  expect(await openWhileChanging(3, 20_000)).toEqual({ ok: true, opened: 4 });
});

test('a network that keeps changing costs a step no more than its timeout', async () => {
  expect(await openWhileChanging(10_000, 700)).toMatchObject({
    ok: false,
    error: expect.stringMatching(/^goto \/: (timed out after 700 ms|net::ERR_NETWORK_CHANGED)$/),
  });
});
