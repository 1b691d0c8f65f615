/* A build that fails or takes too long says why in one line. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { Part } from '#shared/platform/build/parts.ts';
import { ensureBuilt } from '../../../../services/cli/setup/ensure-built.ts';

const root = await mkdtemp(join(tmpdir(), 'ghostly-ensure-built-'));
afterAll(() => rm(root, { recursive: true }));

const PART: Part = { name: 'part', script: 'build.mjs', folder: 'dist', entries: ['main.js'], inputs: [] };

/** What a user reads of a build by `script`. */
async function saidOf(script: string, withinMs?: number): Promise<string[]> {
  const said: string[] = [];
  await writeFile(join(root, PART.script), script);
  expect(await ensureBuilt(root, PART, (line) => said.push(line), withinMs)).toBeUndefined();
  return said;
}

const ESBUILD = 'Build failed with 2 errors:\\nshared/one.ts:1:16: ERROR: Unexpected "="\\nand another';

it.each([
  ['an error', 'throw new TypeError("there is no tar: no such file")', 'there is no tar: no such file'],
  [
    'an error with a code',
    'import "./gone.mjs"',
    "Cannot find module '.+gone.mjs' imported from .+build.mjs",
  ],
  ['what esbuild says', `throw new Error('${ESBUILD}')`, 'shared/one.ts:1:16: ERROR: Unexpected "="'],
  ['nothing', 'process.exit(3)', 'Command failed: .+build.mjs'],
])('a build that failed with %s says why', async (_, script, reason) => {
  expect(await saidOf(script)).toEqual([
    expect.stringMatching(new RegExp(`^part: could not be built \\(${reason}\\)$`)),
  ]);
});

it('a build that was ended because it took too long says so', async () => {
  expect(await saidOf('setInterval(() => {}, 1_000)', 200)).toEqual([
    'part: could not be built (it took longer than 0.2 s)',
  ]);
});
