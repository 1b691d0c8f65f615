import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const IMPORTED_SUITE = /^import '(\.\/.+)';$/gm;
const USES_SHARE = /^import \{.*\} from '.*support\/share\.ts';$/m;

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

/** The file, and the suites that it imports. Paths from the root, as everywhere here. */
export const withSuites = (path: string): string[] => [
  path,
  ...[...read(path).matchAll(IMPORTED_SUITE)].map(([, suite = '']) => join(path, '..', suite)),
];

/** Files that leave something to the extended tests, of those that the pattern names. */
export const filesThatShare = (pattern: string): string[] =>
  globSync(pattern, { cwd: ROOT }).filter((path) => USES_SHARE.test(read(path)));

/** The test files of which `npm test` does a part: they, or suites that they import, use `share.ts`. */
export function partlyExtended(): string[] {
  const sharing = new Set(filesThatShare('test/{integration,e2e}/**/*.ts'));
  return globSync('test/{integration,e2e}/**/*.test.ts', { cwd: ROOT }).filter((path) =>
    withSuites(path).some((file) => sharing.has(file)),
  );
}
