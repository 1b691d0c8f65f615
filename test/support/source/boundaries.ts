import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { factsOf } from './imports.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

export interface SourceFile {
  /** Path from the root of the repository. */
  path: string;
  code: string;
}

export interface Rules {
  /** For each folder, what its files may import besides their own folder. The longest folder that fits counts. */
  mayImport: Record<string, string[]>;
  /** Files that may read the environment. */
  mayReadEnvironment: RegExp;
}

export const readSources = (): SourceFile[] =>
  globSync('{services,shared,scripts,test,bench}/**/*.{ts,tsx,mts,js,mjs}', {
    cwd: ROOT,
    exclude: ['**/node_modules/**', 'services/visualiser/dist/**'],
  })
    .toSorted()
    .map((path) => ({ path, code: readFileSync(join(ROOT, path), 'utf8') }));

/** Everything that breaks the rules, each as one line. */
export function violations(files: SourceFile[], rules: Rules): string[] {
  const folders = Object.keys(rules.mayImport).toSorted((a, b) => b.length - a.length);
  return files.flatMap(({ path, code }) => {
    const folder = folders.find((name) => isBelow(path, name));
    if (folder === undefined) return [`${path} is in a folder without a rule`];
    const { imports, readsEnvironment } = factsOf(code, path);
    const allowed = [folder, ...rules.mayImport[folder]!];
    const forbidden = imports
      .map((specifier) => resolveSpecifier(specifier, path))
      .filter((target) => !allowed.some((name) => isBelow(target, name)));
    const broken = [...new Set(forbidden)].map((target) => `${path} imports ${target}`);
    const mayRead = /^(test|bench)\//.test(path) || rules.mayReadEnvironment.test(path);
    return readsEnvironment && !mayRead ? [...broken, `${path} reads the environment`] : broken;
  });
}

const isBelow = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`);

/** `shared/domain/run/status.ts`, `node:fs` or `@koa/router`: a path of this repository, or a package with what is below it. */
export function resolveSpecifier(specifier: string, from: string): string {
  if (specifier.startsWith('.')) return normalize(join(dirname(from), specifier));
  if (specifier.startsWith('#')) return specifier.slice(1);
  return specifier.replace(/^node:/, 'node/');
}
