/* Makes a package that npm can publish of a part of this repository: plain JavaScript in `dist`, README and licence. */
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { type BuildOptions, build } from 'esbuild';

export const ROOT = resolve(import.meta.dirname, '../..');
export const run = promisify(execFile);

export interface Manifest {
  name: string;
  version: string;
  dependencies: Readonly<Record<string, string>>;
}

/** The name of the file that `npm pack` makes. */
export const tarballOf = ({ name, version }: Manifest): string =>
  `${name.replace('@', '').replace('/', '-')}-${version}.tgz`;

export interface PackOptions {
  manifest: Manifest;
  /** Path from the root of the repository. */
  readme: string;
  /** Where the package is put. */
  into: string;
  /** Writes what it consists of. */
  fill(dist: string): Promise<void>;
}

/** Resolves to the path of the tarball in `into`. */
export async function packPackage({ manifest, readme, into, fill }: PackOptions): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ghostly-pack-'));
  try {
    await writeFile(join(folder, 'package.json'), JSON.stringify(manifest, null, 2));
    await copyFile(join(ROOT, 'LICENSE'), join(folder, 'LICENSE'));
    await copyFile(join(ROOT, readme), join(folder, 'README.md'));
    await fill(join(folder, 'dist'));
    await mkdir(into, { recursive: true });
    await run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', resolve(into)], {
      cwd: folder,
    });
    return join(resolve(into), tarballOf(manifest));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Its licence goes along. */
const BUNDLED = 'node_modules/eventsource-parser';

/** Bundles `entry` into `dist`. What is not of this repository is a dependency, or may not be used. */
export async function bundle(
  { name, dependencies }: Manifest,
  dist: string,
  options: BuildOptions & { entryPoints: string[] },
): Promise<void> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    outdir: dist,
    bundle: true,
    format: 'esm',
    minifySyntax: true,
    external: Object.keys(dependencies),
    logLevel: 'silent',
    ...options,
    metafile: true,
  });
  const foreign = Object.keys(metafile.inputs).find(
    (path) => !/^(shared|services)\/|^package\.json$/.test(path) && !path.startsWith(BUNDLED),
  );
  if (foreign !== undefined) throw new Error(`${name} may not depend on ${foreign}`);
  await copyFile(join(ROOT, BUNDLED, 'LICENSE'), join(dist, 'eventsource-parser.LICENSE'));
}
