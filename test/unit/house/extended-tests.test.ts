import { expect, it } from 'vitest';
import { filesThatShare, partlyExtended, withSuites } from '../../support/partly-extended.ts';

it('what npm test leaves out is run by the extended tests', () => {
  const leaving = filesThatShare('test/**/*.ts');
  expect(leaving.length).toBeGreaterThan(20);
  const run = partlyExtended().flatMap(withSuites);
  expect(leaving.filter((path) => !run.includes(path))).toEqual([]);
});
