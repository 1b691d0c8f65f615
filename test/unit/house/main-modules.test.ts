/* No service declares anything that would never be initialised. */
import { expect, it } from 'vitest';
import { readSources } from '../../support/source/boundaries.ts';

/** The statement at the top level that lasts as long as its process. */
const LASTS = /^await runService\(/m;
const BELOW = /^(?:export )?(?:const|let|class) \w+/gm;

const running = readSources().filter(({ path, code }) => /^services\//.test(path) && LASTS.test(code));

it.each(running.map(({ path, code }) => [path, code] as const))(
  '%s declares nothing below what it awaits until it ends: that would never be initialised',
  (_, code) => {
    expect(code.slice(LASTS.exec(code)!.index).match(BELOW) ?? []).toEqual([]);
  },
);

it('the search for main modules finds the services', () => {
  expect(running.map(({ path }) => path)).toEqual([
    'services/gateway/main.ts',
    'services/runner/main.ts',
    'services/supervisor/main.ts',
  ]);
});
