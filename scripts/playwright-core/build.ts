/*
 * Makes the copy of Playwright that the bundle loads, if what is there was not made of these packages. Its scripts
 * have less text, and ASCII alone: V8 keeps other text as two bytes a letter. Says so in one line. `--force` makes it
 * anyway.
 */
import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { PLAYWRIGHT } from '#shared/platform/build/parts.ts';
import { buildPart } from '#shared/platform/build/store.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const PACKAGE = join(ROOT, 'node_modules/playwright-core');

/** Types, and the pages of its tools. */
const LEFT_OUT = ['**/*.d.ts', 'lib/vite/**'];

/** Without comments and spaces; the names of functions stay, for stacks. */
async function shorten(path: string): Promise<string> {
  const { transform } = await import('esbuild');
  const { code } = await transform(await readFile(path, 'utf8'), {
    platform: 'node',
    charset: 'ascii',
    minifyWhitespace: true,
    minifySyntax: true,
    lineLimit: 200,
    legalComments: 'none',
  });
  return code;
}

await buildPart(ROOT, PLAYWRIGHT, async () => {
  const names = globSync('**', { cwd: PACKAGE, exclude: LEFT_OUT, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(PACKAGE.length + 1));
  const contents = await Promise.all(
    names.map((name) => {
      const path = join(PACKAGE, name);
      return /^lib\/\w+\.js$/.test(name) ? shorten(path) : readFile(path);
    }),
  );
  return { files: new Map(names.map((name, n) => [name, contents[n]!])), modules: [] };
});
