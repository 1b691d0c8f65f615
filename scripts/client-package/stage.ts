import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';

const SPECIFIER = /(?<=\bfrom ')[^']+(?=';)/g;
/** What the package depends on; whatever else were imported would have to be packed too. */
const PACKAGES = ['zod'];

/**
 * Copies `entry`, a file below `shared`, and all that it imports into `folder`. There they are the same files under the
 * same names, but they import each other by relative paths: no import map is needed, in a browser neither.
 */
export async function stageSources(shared: string, entry: string, folder: string): Promise<string[]> {
  const files = new Set([entry]);
  for (const file of files) {
    const code = await readFile(join(shared, file), 'utf8');
    const staged = code.replace(SPECIFIER, (specifier) => {
      const target = targetOf(specifier, file);
      if (target === undefined) return specifier;
      files.add(target);
      const path = posix.relative(posix.dirname(file), target).replace(/\.ts$/, '.js');
      return path.startsWith('.') ? path : `./${path}`;
    });
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), staged);
  }
  return [...files];
}

/** The imported file, from `shared`; undefined for a package. */
function targetOf(specifier: string, file: string): string | undefined {
  if (specifier.startsWith('#shared/')) return specifier.slice('#shared/'.length);
  if (specifier.startsWith('.')) return posix.join(posix.dirname(file), specifier);
  if (PACKAGES.includes(specifier)) return undefined;
  throw new Error(`${file} imports ${specifier}: the client may not depend on it`);
}
