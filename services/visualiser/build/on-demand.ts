import { join, relative } from 'node:path';
import type { Plugin } from 'esbuild';

const ASKED = 'on-demand';

/**
 * Each script that comes on demand imports what comes first. So all that comes first is one file, which compresses better
 * than one for each set of scripts that share a module. `main` is the path of the first script's source, below `root`.
 */
export const afterFirst = (root: string, main: string): Plugin => ({
  name: ASKED,
  setup({ onResolve, onLoad, resolve }) {
    onResolve({ filter: /^\./ }, async ({ kind, path, importer, resolveDir }) => {
      if (kind !== 'dynamic-import') return undefined;
      const found = await resolve(path, { kind: 'import-statement', importer, resolveDir });
      // Names of files hold a hash of this path: below the root it is the same wherever that is.
      return { path: relative(root, found.path), namespace: ASKED, errors: found.errors };
    });
    onResolve({ filter: /./, namespace: ASKED }, ({ path }) => ({ path, sideEffects: path === main }));
    onLoad({ filter: /./, namespace: ASKED }, ({ path }) => ({
      contents: `import ${JSON.stringify(main)}; export * from ${JSON.stringify(join(root, path))};`,
    }));
  },
});
