import { expect, it } from 'vitest';
import { readSources } from '../../support/source/boundaries.ts';
import { type Words, wordsOf } from '../../support/source/words.ts';

interface Rule {
  /** The most that there may be in services, shared and scripts, and in tests. It may fall, and never rises. */
  most: { product: number; tests: number };
  find(words: Words, code: string): string[];
}

const RULES: Record<string, Rule> = {
  'comments that begin with a preposition': {
    most: { product: 0, tests: 0 },
    find: ({ comments }) => comments.filter((text) => /^(Of|By|As|With|In|From)\b/.test(text)),
  },
  'comments of more than 240 characters': {
    most: { product: 0, tests: 0 },
    find: ({ comments }) => comments.filter((text) => text.length > 240),
  },
  'words that say too little': {
    most: { product: 0, tests: 0 },
    find: (_, code) => code.match(/told|whoever|somebody/gi) ?? [],
  },
  'spreads that only group fields': { most: { product: 0, tests: 0 }, find: ({ groups }) => groups },
};
const MOST_SHARED_NAMES = 1;

/** This file has the words that it looks for. */
const sources = readSources()
  .filter(({ path }) => path !== 'test/unit/house/words.test.ts')
  .map(({ path, code }) => ({ path, code, words: wordsOf(code, path) }));

it.each(Object.entries(RULES))('there are no more %s', (_, { most, find }) => {
  const found = sources.flatMap(({ path, code, words }) =>
    find(words, code).map((text) => `${path}: ${text}`),
  );
  const { tests = [], product = [] } = Object.groupBy(found, (one) =>
    /^(test|bench)\//.test(one) ? 'tests' : 'product',
  );
  expect(product.length, product.join('\n')).toBeLessThanOrEqual(most.product);
  expect(tests.length, tests.join('\n')).toBeLessThanOrEqual(most.tests);
});

it('no more names are exported by two files', () => {
  const exported = sources
    .filter(({ path }) => /^(services|shared)\//.test(path))
    .flatMap(({ path, words }) => words.exported.map((name) => ({ name, path })));
  expect(exported.length).toBeGreaterThan(1_000);
  const shared = [...Map.groupBy(exported, ({ name }) => name)].filter(([, files]) => files.length > 1);
  const said = shared.map(([name, files]) => `${name}: ${files.map(({ path }) => path).join(', ')}`);
  expect(shared.length, said.join('\n')).toBeLessThanOrEqual(MOST_SHARED_NAMES);
});

it('the count of words finds comments, exports and groups, and not what only looks like one', () => {
  const code = [
    '/* In a head. */',
    "export const url = 'http://a//b'; // By its\n  // name.",
    'export function g() {} export class H {} export interface I {} export type J = 1;',
    'const k = 1; export { k, k as l }; export { m } from "./m.ts"; export * from "./n.ts";',
    'const text = `/* ${{ ...{ a, b }, ...c, ...(d && { e }) }} */ ñ`, pattern = /\\/\\*/;',
  ].join('\n');
  expect(wordsOf(code, 'x.ts')).toEqual({
    comments: ['In a head.', 'By its name.'],
    exported: ['url', 'g', 'H', 'I', 'J', 'k', 'l'],
    groups: ['...{ a, b }'],
  });
});
