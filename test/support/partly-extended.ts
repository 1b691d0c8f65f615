import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const SUITE = /^import '(\.\/.+)';$/gm;

/** The test files of which `npm test` does a part: they, or a suite that they import, use `share.ts`. Paths from the root. */
export function partlyExtended(): string[] {
  return globSync('test/{integration,e2e}/**/*.test.ts', { cwd: ROOT }).filter((path) => {
    const text = readFileSync(join(ROOT, path), 'utf8');
    const suites = [...text.matchAll(SUITE)].map(([, suite = '']) => join(ROOT, path, '..', suite));
    return [text, ...suites.map((suite) => readFileSync(suite, 'utf8'))].some((code) =>
      code.includes("support/share.ts'"),
    );
  });
}
