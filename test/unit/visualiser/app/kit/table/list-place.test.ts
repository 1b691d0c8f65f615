/* A reader who comes back to a list is at the same run, wherever that is by then. */
import { describe, expect, it } from 'vitest';
import { parsePlace, scrollOf } from '../../../../../../services/visualiser/app/kit/table/scroll-place.ts';

const place = { id: 'b', index: 1, offset: 20 };
const rows = { rowHeight: 48, hasMore: false };
const others = (count: number) => Array.from({ length: count }, (_, n) => `${n}`);

describe('a place in the list', () => {
  it('is at its run, wherever that is now', () => {
    expect(scrollOf(place, ['a', 'b'], rows)).toBe(68);
    expect(scrollOf(place, ['new', 'a', 'b'], rows)).toBe(116);
  });

  it('is at its index if its run has left the list, and in rows that are lower not beyond its run', () => {
    expect(scrollOf(place, ['a', 'c', 'd'], rows)).toBe(68);
    expect(scrollOf({ ...place, offset: 90 }, ['a', 'b'], rows)).toBe(96);
  });

  it('is looked for in what is not read yet, but not without end', () => {
    expect(scrollOf(place, ['a'], { ...rows, hasMore: true })).toBeUndefined();
    expect(scrollOf(place, others(2_001), { ...rows, hasMore: true })).toBe(68);
  });

  it.each([undefined, null, 'b', {}, { ...place, index: -1 }, { ...place, offset: '1' }])(
    'is not %o',
    (kept) => {
      expect(parsePlace(kept)).toBeUndefined();
    },
  );

  it('is read as it was kept', () => {
    expect(parsePlace(structuredClone(place))).toEqual(place);
  });
});
