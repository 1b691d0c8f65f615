/* The query of a next page is read from the link that the gateway names so, and never leads to another host. */
import { expect, test } from 'vitest';
import { nextQuery } from '#shared/api/client/run-list.ts';

const BASE = 'http://gateway.test';

test.each<[string, string | null, Record<string, string> | undefined]>([
  ['no header', null, undefined],
  ['an empty one', '', undefined],
  ['another relation', '<http://x.test/?before=a>; rel="prev"', undefined],
  ['a relative link', '</v1/runs?limit=2&before=a%20b>; rel="next"', { limit: '2', before: 'a b' }],
  ['a link to another host', '<https://evil.test/steal?before=a>; rel="next"', { before: 'a' }],
  ['one among others', '</?before=a>; rel="prev", </?before=b>; rel="next"', { before: 'b' }],
  ['a word without quotes', '</?before=a>; rel=next', { before: 'a' }],
  ['further parameters', '</?before=a>; title="x"; rel="next"; type="json"', { before: 'a' }],
])('the query of the next page is taken from %s, and nothing else', (_, link, query) => {
  expect(nextQuery(link, BASE)).toEqual(query);
});
