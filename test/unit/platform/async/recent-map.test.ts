/* A map with a bound forgets the oldest first, by number, weight or age. */
import { expect, it } from 'vitest';
import { RecentMap } from '#shared/platform/async/recent-map.ts';

it('forgets what was used longest ago when there are too many', () => {
  const map = new RecentMap<string, number>({ most: 2 });
  map.set('a', 1);
  map.set('b', 2);
  expect(map.get('a')).toBe(1);
  map.set('c', 3);
  expect(map.keys()).toEqual(['a', 'c']);
});

it('forgets what was set longest ago, if that is what counts', () => {
  const map = new RecentMap<string, number>({ most: 2, since: 'set' });
  map.set('a', 1);
  map.set('b', 2);
  expect(map.get('a')).toBe(1);
  map.set('c', 3);
  expect(map.keys()).toEqual(['b', 'c']);
});

it('forgets as many of the oldest as make room for the weight of a new one', () => {
  const forgotten: string[] = [];
  const map = new RecentMap<number, string>({
    most: 10,
    weigh: (text) => text.length,
    onForget: (text) => forgotten.push(text),
  });
  map.set(1, 'four');
  map.set(2, 'two');
  map.set(2, '2');
  map.set(3, 'too large');
  expect([map.keys(), forgotten]).toEqual([
    [2, 3],
    ['two', 'four'],
  ]);
  map.clear();
  expect([map.keys(), forgotten]).toEqual([[], ['two', 'four', '2', 'too large']]);
});

it('forgets what is too old', () => {
  let now = 0;
  const used = new RecentMap<string, number>({ keptMs: 10, now: () => now });
  const set = new RecentMap<string, number>({ keptMs: 10, since: 'set', now: () => now });
  for (const map of [used, set]) map.set('a', 1);
  now = 6;
  expect([used.get('a'), set.get('a')]).toEqual([1, 1]);
  now = 12;
  expect([used.get('a'), set.get('a')]).toEqual([1, undefined]);
  now = 22;
  expect([used.keys(), used.getOrSet('a', () => 2)]).toEqual([[], 2]);
});

it('deletes a value only where it still is', () => {
  const map = new RecentMap<string, object>({});
  const [old, current] = [{}, {}];
  map.set('a', current);
  map.delete('a', old);
  expect(map.get('a')).toBe(current);
  map.delete('a', current);
  expect(map.get('a')).toBeUndefined();
});
