import { readFile } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import type { Plugin } from 'esbuild';
import { SCRIPTS } from '#shared/platform/build/parts.ts';

/** Where, beside the scripts, the files are that they read. */
export const FILES = 'files';

const NAMED_FILE = /new URL\('(\.[^']+)', import\.meta\.url\)/g;

/**
 * A module says by `new URL('./name', import.meta.url)` which script it starts or which file it reads. All scripts of the
 * bundle are in one folder, so that it is a script there, or a file below it, which is added to `found`.
 */
export const filesBeside = (root: string, found: Set<string>): Plugin => ({
  name: 'files-beside',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const code = await readFile(path, 'utf8');
      const contents = code.replace(NAMED_FILE, (_, name: string) => {
        const target = relative(root, resolve(dirname(path), name));
        const script = Object.entries(SCRIPTS).find(([, source]) => source === target)?.[0];
        if (script === undefined) found.add(target);
        return `new URL('./${script === undefined ? `${FILES}/${target}` : `${script}.js`}', import.meta.url)`;
      });
      return { contents, loader: 'ts' };
    });
  },
});
