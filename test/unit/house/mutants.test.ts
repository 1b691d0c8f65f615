/* The list of defects follows the sources: `npm run test:mutants` tries each only now and then. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { DEFECTS } from '../../mutants/defects.ts';
import { changed } from '../../support/source/change.ts';

const ROOT = join(import.meta.dirname, '../../..');

it.each(DEFECTS)('$breaks: that $name can still be tried', ({ foundBy, ...change }) => {
  changed(readFileSync(join(ROOT, change.file), 'utf8'), change);
  expect(existsSync(join(ROOT, foundBy)), `${foundBy} is there`).toBe(true);
});

it('each invariant has a defect', () => {
  expect(new Set(DEFECTS.map(({ breaks }) => breaks)).size).toBe(17);
});
