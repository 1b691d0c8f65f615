/* A stack in a log names places in the sources, unless its map may be of another build. */
import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeEach, expect, it, onTestFinished } from 'vitest';

const PLATFORM = join(import.meta.dirname, '../../../../shared/platform');
const MAP_MODULE = '#shared/platform/async/recent-map.ts';
/** Everything of the script is at the beginning of `name.ts`. */
const MAP = JSON.stringify({ version: 3, sources: ['name.ts'], names: [], mappings: 'AAAA' });
/** Translates a stack, then another one when the map is gone. */
const PROGRAM = `
import { rmSync } from 'node:fs';
import { sourceStack } from './source-stack.ts';
const [, , map, one, other] = process.argv;
const first = sourceStack(one);
rmSync(map);
console.log(JSON.stringify([first, sourceStack(other)]));`;
const HOUR_MS = 3_600_000;

/** A bundle's layout: beside a script and its map. */
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'source-stack-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await copyFile(join(PLATFORM, 'log/source-stack.ts'), join(folder, 'source-stack.ts'));
  await copyFile(join(PLATFORM, 'async/recent-map.ts'), join(folder, 'recent-map.ts'));
  const imports = { [MAP_MODULE]: './recent-map.ts' };
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module', imports }));
  await writeFile(join(folder, 'program.mjs'), PROGRAM);
});

/** `madeAt`: when the map was, epoch ms. */
async function translated(
  madeAt: number,
  one: string,
  other: string,
  script = 'gateway.js',
): Promise<string[]> {
  const map = join(folder, `${script}.map`);
  await writeFile(map, MAP);
  await utimes(map, new Date(madeAt), new Date(madeAt));
  const args = [join(folder, 'program.mjs'), map, one, other];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout);
}
const stack = (message: string, script = 'gateway.js') =>
  `Error: ${message}\n    at serve (file://${folder}/${script}:1:1)`;
const inSource = (message: string) => `Error: ${message}\n    at serve (${folder}/name.ts:1:1)`;

it('the mapping of a stack names the places in the sources, leaves the message alone, and reads no map again for a stack that it knows', async () => {
  const message = `no ${folder}/gateway.js:1:1`;
  const [one, other] = await translated(Date.now() - HOUR_MS, stack(message), stack('another'));
  expect(one).toBe(inSource(message));
  expect(other).toBe(inSource('another'));
});

it('the mapping of a stack leaves a stack as it is if its map was made since the process has started', async () => {
  const [one] = await translated(Date.now() + HOUR_MS, stack('one'), stack('other'));
  expect(one).toBe(stack('one'));
});

it('the mapping of a stack trusts a map of whatever age if its script is named for its content', async () => {
  const script = 'part-chunk-SRLBUG3Z.js';
  const [one] = await translated(Date.now() + HOUR_MS, stack('one', script), stack('other', script), script);
  expect(one).toBe(inSource('one'));
});
