/* `npm run pack:client [-- FOLDER]`: makes the package of the client, plain JavaScript with types, in FOLDER (dist). */
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'tsdown';
import { CLIENT_MANIFEST, TARBALL } from './manifest.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const run = promisify(execFile);

/** Resolves to the path of the tarball in `into`. */
export async function packClient(into: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ghostly-pack-'));
  try {
    await writeFile(join(folder, 'package.json'), JSON.stringify(CLIENT_MANIFEST, null, 2));
    for (const path of ['LICENSE', 'scripts/client-package/README.md'])
      await copyFile(join(ROOT, path), join(folder, path.slice(path.lastIndexOf('/') + 1)));
    await bundle(folder);
    // It is in the bundle, so its licence goes along.
    const licence = 'dist/eventsource-parser.LICENSE';
    await copyFile(join(ROOT, 'node_modules/eventsource-parser/LICENSE'), join(folder, licence));
    await mkdir(into, { recursive: true });
    await run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', resolve(into)], {
      cwd: folder,
    });
    return join(resolve(into), TARBALL);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** `folder` has the manifest: what it depends on is not in the bundle. */
const bundle = (folder: string) =>
  build({
    config: false,
    cwd: folder,
    entry: { index: join(ROOT, 'shared/client/index.ts') },
    platform: 'neutral',
    target: 'es2022',
    dts: true,
    tsconfig: join(import.meta.dirname, 'tsconfig.json'),
    // Whatever else were imported would be in it, too: that is an error.
    deps: { onlyBundle: ['eventsource-parser'] },
    logLevel: 'error',
  });

if (import.meta.main) console.log(await packClient(process.argv[2] ?? join(ROOT, 'dist')));
