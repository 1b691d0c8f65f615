/*
 * Makes the copy of Playwright that the bundle of the services loads, if what is there was not made of these packages: the
 * same files, the scripts with less text. Two of them have 7 MB, which V8 keeps as text of two bytes a letter, as
 * there are others than of ASCII among them. Says so in one line. `--force` makes it anyway.
 */
import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { PLAYWRIGHT } from '#shared/build/parts.ts';
import { buildPart } from '#shared/build/store.ts';

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
