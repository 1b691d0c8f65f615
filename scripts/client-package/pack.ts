/* `npm run pack:client [-- FOLDER]`: makes the package of the client, plain JavaScript with types, in FOLDER (dist). */
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { CLIENT_MANIFEST, TARBALL } from './manifest.ts';
import { stageSources } from './stage.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const run = promisify(execFile);

/** No types of Node: what compiles uses only what browsers have too. */
const COMPILER_OPTIONS = {
  target: 'es2022',
  lib: ['es2023', 'dom', 'dom.iterable'],
  types: [],
  module: 'nodenext',
  declaration: true,
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  verbatimModuleSyntax: true,
  isolatedModules: true,
  rootDir: 'src',
  outDir: 'dist',
};

/** Resolves to the path of the tarball in `into`. */
export async function packClient(into: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ghostly-pack-'));
  try {
    await writeFile(join(folder, 'package.json'), JSON.stringify(CLIENT_MANIFEST, null, 2));
    for (const name of ['LICENSE', 'scripts/client-package/README.md'])
      await copyFile(join(ROOT, name), join(folder, name.slice(name.lastIndexOf('/') + 1)));
    await stageSources(join(ROOT, 'shared'), 'client/index.ts', join(folder, 'src'));
    await compile(folder);
    await mkdir(into, { recursive: true });
    await run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', resolve(into)], {
      cwd: folder,
    });
    return join(resolve(into), TARBALL);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function compile(folder: string): Promise<void> {
  const config = join(folder, 'tsconfig.json');
  await writeFile(config, JSON.stringify({ compilerOptions: COMPILER_OPTIONS, include: ['src'] }));
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  try {
    await run(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', config]);
  } catch (error) {
    throw new Error(`the client does not compile:\n${(error as { stdout?: string }).stdout}`, {
      cause: error,
    });
  }
}

if (import.meta.main) console.log(await packClient(process.argv[2] ?? join(ROOT, 'dist')));
