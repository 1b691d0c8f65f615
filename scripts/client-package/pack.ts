/* `npm run pack:client [-- FOLDER]`: makes the package of the client, plain JavaScript with types, in FOLDER (dist). */
import { join } from 'node:path';
import { bundle, packPackage, ROOT, run } from '../packaging/pack.ts';
import { CLIENT_MANIFEST } from './manifest.ts';

/** Resolves to the path of the tarball in `into`. */
export const packClient = (into: string): Promise<string> =>
  packPackage({
    manifest: CLIENT_MANIFEST,
    readme: 'scripts/client-package/README.md',
    into,
    async fill(dist) {
      const entryPoints = ['shared/client/index.ts'];
      await Promise.all([bundle(CLIENT_MANIFEST, dist, { entryPoints, target: 'es2022' }), declare(dist)]);
    },
  });

async function declare(dist: string): Promise<void> {
  try {
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    const options = [
      '--checkers',
      '1',
      '--noEmit',
      'false',
      '--emitDeclarationOnly',
      '--declaration',
      '--outDir',
      join(dist, 'types'),
    ];
    await run(process.execPath, [tsc, '--project', import.meta.dirname, ...options]);
  } catch (error) {
    throw new Error(`the client does not compile:\n${(error as { stdout?: string }).stdout}`, {
      cause: error,
    });
  }
}

if (import.meta.main) console.log(await packClient(process.argv[2] ?? join(ROOT, 'dist')));
