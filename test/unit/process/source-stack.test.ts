import { copyFile, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';

const SOURCE = join(import.meta.dirname, '../../../shared/process/source-stack.ts');
/** Everything of the script is at the beginning of `name.ts`. */
const MAP = JSON.stringify({ version: 3, sources: ['name.ts'], names: [], mappings: 'AAAA' });

/** As in a bundle: beside scripts and their maps. */
let folder: string;
let sourceStack: (stack: string) => string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'source-stack-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await copyFile(SOURCE, join(folder, 'source-stack.ts'));
  await writeMap(new Date(performance.timeOrigin - 60_000));
  ({ sourceStack } = await import(join(folder, 'source-stack.ts')));
});

async function writeMap(at: Date): Promise<void> {
  const path = join(folder, 'gateway.js.map');
  await writeFile(path, MAP);
  await utimes(path, at, at);
}
const stack = (message: string) => `Error: ${message}\n    at serve (file://${folder}/gateway.js:1:1)`;
const inSource = (message: string) => `Error: ${message}\n    at serve (${folder}/name.ts:1:1)`;

it('names the places in the sources, and leaves the message alone', () => {
  const message = `no ${folder}/gateway.js:1:1`;
  expect(sourceStack(stack(message))).toBe(inSource(message));
});

it('reads no map again for a stack that it knows, whatever its message', async () => {
  sourceStack(stack('one'));
  await rm(join(folder, 'gateway.js.map'));
  expect(sourceStack(stack('another'))).toBe(inSource('another'));
});

it('leaves a stack as it is if its map was made since this process has started', async () => {
  await writeMap(new Date());
  expect(sourceStack(stack('one'))).toBe(stack('one'));
});
