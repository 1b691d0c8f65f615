/* The deletion costs of pods that would wrongly be taken for idle are reported first. */
import { describe, expect, it } from 'vitest';
import { nextCosts } from '../../../../services/supervisor/pods/next-costs.ts';

const podsOf = (costs: Record<string, number>) => Object.entries(costs).map(([pod, cost]) => ({ pod, cost }));
const next = (reported: Record<string, number>, now: Record<string, number>, most = 10) =>
  nextCosts(new Map(Object.entries(reported)), podsOf(now), most).map(({ pod, cost }) => `${pod}=${cost}`);

describe('which deletion costs are reported next', () => {
  it('those that are new or have changed, and no others', () => {
    expect(next({ a: 1, b: 2, gone: 3 }, { a: 1, b: 3, c: 0 })).toEqual(['b=3', 'c=0']);
  });

  it('first of pods that would be taken for idle, then of those that changed the most', () => {
    const reported = { few: 1, many: 9, idle: 0 };
    expect(next(reported, { few: 2, many: 4, idle: 1, fresh: 3 })).toEqual([
      'idle=1',
      'fresh=3',
      'many=4',
      'few=2',
    ]);
  });

  it('at most as many as said, the others next time', () => {
    expect(next({ a: 5, b: 9 }, { a: 0, b: 0, c: 1 }, 2)).toEqual(['c=1', 'b=0']);
    expect(next({ a: 5, b: 0, c: 1 }, { a: 0, b: 0, c: 1 }, 2)).toEqual(['a=0']);
  });
});
