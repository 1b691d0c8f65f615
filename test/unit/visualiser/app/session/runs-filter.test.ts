/* A filter of runs is the same when its address is read again, and asks only for lists that the gateway has. */
import { expect, it } from 'vitest';
import { hashOf, parseRoute } from '../../../../../services/visualiser/app/session/route.ts';
import {
  askedOf,
  changed,
  filterQuery,
  NO_FILTER,
  parseFilter,
  type RunsFilter,
  searched,
} from '../../../../../services/visualiser/app/session/runs-filter.ts';

it.each<[Partial<RunsFilter>, string]>([
  [{}, ''],
  [{ search: 'a&b=ü', status: 'lost' }, 'q=a%26b%3D%C3%BC&status=lost'],
  [{ project: 'p 1', status: 'running' }, 'status=running&project=p+1'],
  [{ label: 'team:a b', search: 'x' }, 'q=x&label=team%3Aa+b'],
  [{ flow: 'order', project: 'p' }, 'project=p&flow=order'],
  [{ order: 'longest', startedBy: 'me', since: '12h' }, 'order=longest&startedBy=me&since=12h'],
  [{ attention: 'me' }, 'attention=me'],
  [{ attention: '1', until: '2026-11-30T06:00:00.000Z' }, 'attention=1&until=2026-11-30T06%3A00%3A00.000Z'],
])('the filter %j is %s in the address, and the same again', (part, query) => {
  const filter = { ...NO_FILTER, ...part };
  expect(filterQuery(filter)).toBe(query);
  expect(parseFilter(query)).toEqual(filter);
  const route = query === '' ? { view: 'runs' as const } : { view: 'runs' as const, filter };
  expect(parseRoute(hashOf(route))).toEqual(route);
});

it('what is no filter in an address that was typed is left out', () => {
  expect(parseFilter('status=asleep&colour=red&q=x')).toEqual({ ...NO_FILTER, search: 'x' });
  expect(parseFilter('order=best&attention=2&startedBy=ann&stoppedBy=&since=soon&until=12h')).toEqual(
    NO_FILTER,
  );
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
    { order: 'longest', status: 'running', startedBy: 'me' },
    { order: 'longest', status: 'running', startedBy: 'me' },
  ],
  // An address may combine what no list has: the gateway is asked for a list that there is.
  [{ order: 'longest', search: 'a' }, { q: 'a' }],
  [{ order: 'longest', status: 'lost' }, { outcome: 'lost' }],
  [{ attention: '1', status: 'fail', stoppedBy: 'me' }, { attention: '1' }],
  [{ stoppedBy: 'me', startedBy: 'me' }, { startedBy: 'me' }],
  [
    { flow: 'order', project: 'p' },
    { flow: 'order', project: 'p' },
  ],
])('the filter %j asks the gateway for %j', (part, asked) => {
  expect(askedOf({ ...NO_FILTER, ...part })).toEqual(asked);
});

it('a time so long ago is asked for as a time', () => {
  const now = Date.parse('2026-11-30T06:00:00.000Z');
  expect(askedOf({ ...NO_FILTER, since: '12h', until: '2026-11-30T05:00Z' }, now)).toEqual({
    since: '2026-11-29T18:00:00.000Z',
    until: '2026-11-30T05:00:00.000Z',
  });
  expect(askedOf({ ...NO_FILTER, since: '7d' }, now)).toEqual({ since: '2026-11-23T06:00:00.000Z' });
});

it.each<[Partial<RunsFilter>, Partial<RunsFilter>, Partial<RunsFilter>]>([
  [{ status: 'fail', order: '' }, { attention: '1' }, { attention: '1' }],
  [{ search: 'shop', label: 'nightly' }, { attention: 'me' }, { attention: 'me' }],
  [{ attention: 'me' }, { search: 'shop' }, { search: 'shop' }],
  [{ attention: '1' }, { search: 'shop' }, { attention: '1', search: 'shop' }],
  [{ attention: '1' }, { status: 'fail' }, { status: 'fail' }],
  [
    { attention: '1', project: 'p' },
    { order: 'longest', attention: '' },
    { order: 'longest', project: 'p' },
  ],
  [{ search: 'a', label: 'b' }, { order: 'longest' }, { order: 'longest' }],
  [{ order: 'longest' }, { search: 'a' }, { search: 'a' }],
  [{ order: 'longest' }, { status: 'lost' }, { status: 'lost' }],
  [{ startedBy: 'me' }, { stoppedBy: 'me', startedBy: '' }, { stoppedBy: 'me' }],
])('of the filter %j, %j leaves %j', (before, part, after) => {
  expect(changed({ ...NO_FILTER, ...before }, part)).toEqual({ ...NO_FILTER, ...after });
});

it('by:me in a search stands for what one has started', () => {
  expect(searched('checkout by:me ')).toEqual({ search: 'checkout  ', startedBy: 'me' });
  expect(searched('by:me ')).toEqual({ search: '', startedBy: 'me' });
  // Typed on, it may become another word; until then it is searched with.
  for (const typed of ['by:me', 'by:mel', 'by:melon']) expect(searched(typed)).toEqual({ search: typed });
  expect(askedOf({ ...NO_FILTER, search: 'shop by:me' })).toEqual({ q: 'shop', startedBy: 'me' });
  expect(askedOf({ ...NO_FILTER, search: 'by:mel' })).toEqual({ q: 'by:mel' });
  expect(searched('standby:me by:men')).toEqual({ search: 'standby:me by:men' });
});
