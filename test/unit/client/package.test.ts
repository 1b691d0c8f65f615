import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stageSources } from '../../../scripts/client-package/stage.ts';

const SHARED = join(import.meta.dirname, '../../../shared');
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ghostly-test-stage-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('the client needs the contract and what that is made of, and nothing of the machine', async () => {
  const files = await stageSources(SHARED, 'client/index.ts', folder);
  expect([...new Set(files.map((file) => file.split('/')[0]))].toSorted()).toEqual([
    'client',
    'contract',
    'events',
    'flow',
    'run',
  ]);
  expect(files.filter((file) => file.startsWith('run/'))).toEqual(['run/status.ts']);
  expect(files.filter((file) => file.startsWith('events/'))).toEqual(['events/entries.ts']);
  const code = await readFile(join(folder, 'client/run-list.ts'), 'utf8');
  expect(code).toContain("from '../contract/runs.js';");
  expect(code).toContain("from './transport.js';");
});

test('a file that needs more than a browser has is refused by its name', async () => {
  await expect(stageSources(SHARED, 'run/machine.ts', folder)).rejects.toThrow(
    /^run\/\w+\.ts imports xstate: the client may not depend on it$/,
  );
});
