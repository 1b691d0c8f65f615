import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { partlyExtended } from '../support/partly-extended.ts';

const ROOT = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

it('what npm test leaves out is run by the extended tests', () => {
  const leaving = globSync('test/**/*.ts', { cwd: ROOT }).filter((path) =>
    /^import \{.*\} from '.*support\/share\.ts';$/m.test(read(path)),
  );
  expect(leaving.length).toBeGreaterThan(20);
  const run = [
    ...partlyExtended(),
    ...globSync('test/{integration,e2e}/**/*.extended.test.ts', { cwd: ROOT }),
  ];
  const suites = run.flatMap((path) =>
    [...read(path).matchAll(/^import '(\.\/.+)';$/gm)].map(([, suite = '']) => join(path, '..', suite)),
  );
  expect(leaving.filter((path) => ![...run, ...suites].includes(path))).toEqual([]);
});
