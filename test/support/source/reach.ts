import { dirname, join, normalize } from 'node:path';
import { resolveSpecifier, type SourceFile } from './boundaries.ts';
import { factsOf } from './imports.ts';

/** The services that reach each file of `shared/`, directly or not. */
export function servicesThatReach(files: SourceFile[]): Map<string, Set<string>> {
  const imports = new Map(files.map((file) => [file.path, targetsOf(file)]));
  const reached = new Map(
    files.filter(({ path }) => path.startsWith('shared/')).map(({ path }) => [path, new Set<string>()]),
  );
  for (const service of new Set(files.map(({ path }) => serviceOf(path)))) {
    if (service === undefined) continue;
    const seen = new Set<string>();
    const next = files.filter(({ path }) => serviceOf(path) === service).map(({ path }) => path);
    for (let path = next.pop(); path !== undefined; path = next.pop()) {
      if (seen.has(path)) continue;
      seen.add(path);
      reached.get(path)?.add(service);
      next.push(...(imports.get(path) ?? []));
    }
  }
  return reached;
}

/** What Node loads before the first line of the module at `start` runs: files, and packages with what is below them. */
export function loadedBefore(start: string, files: readonly SourceFile[]): Set<string> {
  const codes = new Map(files.map(({ path, code }) => [path, code]));
  const loaded = new Set<string>();
  const next = [start];
  for (let path = next.pop(); path !== undefined; path = next.pop()) {
    if (loaded.has(path)) continue;
    loaded.add(path);
    const from = path;
    const code = codes.get(from);
    if (code !== undefined)
      next.push(...factsOf(code, from).loads.map((name) => resolveSpecifier(name, from)));
  }
  return loaded;
}

const serviceOf = (path: string): string | undefined => /^services\/([^/]+)\//.exec(path)?.[1];

/** A script that is started from its path is reached, too. */
const targetsOf = ({ path, code }: SourceFile): string[] => [
  ...factsOf(code, path).imports.map((specifier) => resolveSpecifier(specifier, path)),
  ...[...code.matchAll(/new URL\('(\.[^']+\.ts)', import\.meta\.url\)/g)].map(([, target]) =>
    normalize(join(dirname(path), target!)),
  ),
];
