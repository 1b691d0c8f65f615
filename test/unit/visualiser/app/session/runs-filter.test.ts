import { expect, it } from 'vitest';
import { hashOf, parseRoute } from '../../../../../services/visualiser/app/session/route.ts';
import {
  askedOf,
  filterQuery,
  NO_FILTER,
  parseFilter,
  type RunsFilter,
} from '../../../../../services/visualiser/app/session/runs-filter.ts';

it.each<[Partial<RunsFilter>, string]>([
  [{}, ''],
  [{ search: 'a&b=ü', status: 'lost' }, 'q=a%26b%3D%C3%BC&status=lost'],
  [{ project: 'p 1', status: 'running' }, 'status=running&project=p+1'],
  [{ label: 'team:a b', search: 'x' }, 'q=x&label=team%3Aa+b'],
  [{ flow: 'order', project: 'p' }, 'project=p&flow=order'],
])('the filter %j is %s in the address, and the same again', (part, query) => {
  const filter = { ...NO_FILTER, ...part };
  expect(filterQuery(filter)).toBe(query);
  expect(parseFilter(query)).toEqual(filter);
  const route = query === '' ? { view: 'runs' as const } : { view: 'runs' as const, filter };
  expect(parseRoute(hashOf(route))).toEqual(route);
});

it('what is no filter in an address that was typed is left out', () => {
  expect(parseFilter('status=asleep&colour=red&q=x')).toEqual({ ...NO_FILTER, search: 'x' });
  expect(parseRoute('#/runs?status=asleep')).toEqual({ view: 'runs' });
});

it.each<[Partial<RunsFilter>, object]>([
  [{}, {}],
  [
    { status: 'running', project: 'p' },
    { status: 'running', project: 'p' },
  ],
  [{ status: 'pass' }, { outcome: 'pass' }],
  [{ status: 'fail' }, { outcome: 'fail' }],
  [
    { status: 'lost', search: '  a b ' },
    { outcome: 'lost', q: 'a b' },
  ],
  [{ search: '   ', label: 'nightly' }, { label: 'nightly' }],
  [{ flow: 'order' }, {}],
  [
    { flow: 'order', project: 'p' },
    { flow: 'order', project: 'p' },
  ],
])('the filter %j asks the gateway for %j', (part, asked) => {
  expect(askedOf({ ...NO_FILTER, ...part })).toEqual(asked);
});
