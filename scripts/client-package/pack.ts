/* `npm run pack:client [-- FOLDER]`: makes the package of the client, plain JavaScript with types, in FOLDER (dist). */
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
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
    await Promise.all([bundle(join(folder, 'dist')), declare(join(folder, 'dist'))]);
    await mkdir(into, { recursive: true });
    await run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', resolve(into)], {
      cwd: folder,
    });
    return join(resolve(into), TARBALL);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Its licence goes along. */
const BUNDLED = 'node_modules/eventsource-parser';

async function bundle(dist: string): Promise<void> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: ['shared/client/index.ts'],
    outfile: join(dist, 'index.js'),
    bundle: true,
    format: 'esm',
    target: 'es2022',
    external: Object.keys(CLIENT_MANIFEST.dependencies),
    metafile: true,
    logLevel: 'silent',
  });
  const foreign = Object.keys(metafile.inputs).find(
    (path) => !/^shared\//.test(path) && !path.startsWith(BUNDLED),
  );
  if (foreign !== undefined) throw new Error(`the client may not depend on ${foreign}`);
  await copyFile(join(ROOT, BUNDLED, 'LICENSE'), join(dist, 'eventsource-parser.LICENSE'));
}

async function declare(dist: string): Promise<void> {
  try {
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    const options = [
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
