/* I13: viewers share one capture of a page and size, which is taken only while a gateway has room for it. */
import { describe, expect, it } from 'vitest';
import { WISH_MS, type Wish } from '#shared/adapters/bus/live/wish.ts';
import { ByteBudget } from '../../../../services/runner/live/byte-budget.ts';
import { type AskedPicture, Interest } from '../../../../services/runner/live/interest.ts';

const LARGE: AskedPicture = { page: 0, size: 'large', everyMs: 80 };
const wish = (gateway: string, more: Partial<Wish> = {}): Wish => ({
  gateway,
  asks: [{ page: null, size: 'large', everyMs: 80 }],
  taken: 0,
  ...more,
});

describe('what gateways want to see', () => {
  it('is one capture of a page and size, at the pace of the fastest', () => {
    const interest = new Interest();
    interest.heard(wish('a'), 0);
    interest.heard(wish('b', { asks: [{ page: 0, size: 'large', everyMs: 1_000 }] }), 0);
    interest.heard(wish('c', { asks: [{ page: 0, size: 'small', everyMs: 4_000 }] }), 0);
    expect(interest.asked(0)).toEqual([LARGE, { page: 0, size: 'small', everyMs: 4_000 }]);
    // A popup: asked for by those that named no page.
    expect(interest.asked(2).map(({ page }) => page)).toEqual([2, 0, 0]);
  });

  it('is more than before only if a gateway asks for what it has not', () => {
    const interest = new Interest();
    expect(interest.heard(wish('a'), 0)).toBe(true);
    expect(interest.heard(wish('a', { taken: 7 }), 0)).toBe(false);
    expect(interest.heard(wish('b'), 0)).toBe(true);
  });

  it('holds for a while without being repeated, and no longer', () => {
    const interest = new Interest();
    interest.heard(wish('a'), 0);
    interest.expire(WISH_MS.holds - 1);
    expect(interest.asked(0)).toHaveLength(1);
    interest.expire(WISH_MS.holds);
    expect(interest.asked(0)).toEqual([]);
    interest.heard(wish('a'), 0);
    interest.heard(wish('a', { asks: [] }), 0);
    expect(interest.asked(0)).toEqual([]);
  });

  it('I13: has room while any gateway takes pictures, and none while no one does', () => {
    const interest = new Interest();
    interest.heard(wish('a'), 0);
    expect(interest.hasRoom(LARGE, 0)).toBe(true);
    for (const seq of [1, 2, 3, 4]) interest.sent(LARGE, seq);
    expect(interest.hasRoom(LARGE, 0)).toBe(false);
    interest.heard(wish('b', { taken: 3 }), 0);
    expect(interest.hasRoom(LARGE, 0)).toBe(true);
    expect(interest.hasRoom({ ...LARGE, size: 'small' }, 0)).toBe(false);
  });

  it('has room for a gateway that comes later, or again, and has taken nothing yet', () => {
    const interest = new Interest();
    interest.heard(wish('a'), 0);
    for (const seq of [1, 2]) interest.sent(LARGE, seq);
    expect(interest.hasRoom(LARGE, 0)).toBe(false);
    interest.heard(wish('a', { asks: [] }), 0);
    interest.heard(wish('a'), 0);
    expect(interest.hasRoom(LARGE, 0)).toBe(true);
    interest.sent(LARGE, 3);
    interest.heard(wish('b'), 0);
    for (const seq of [4, 5]) interest.sent(LARGE, seq);
    expect(interest.hasRoom(LARGE, 0)).toBe(false);
  });
});

it('I13: the larger the pictures and the more captures, the longer each of them waits', () => {
  const budget = new ByteBudget();
  const leave = budget.enter();
  const alone = budget.pauseAfter(2 ** 20);
  budget.enter();
  expect(budget.pauseAfter(2 ** 20)).toBe(2 * alone);
  leave();
  leave();
  expect(budget.pauseAfter(2 ** 21)).toBe(2 * alone);
});
