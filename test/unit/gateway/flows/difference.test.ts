/* The difference of two flows names each changed place once, and nothing if they say the same. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changesBetween, type FlowChange } from '../../../../services/gateway/flows/difference.ts';
import { canonicalJson } from '../../../../services/gateway/runs/canonical-json.ts';

const changes = (before: unknown, after: unknown) =>
  [...changesBetween(before, after)].map((change) => `${change.kind} ${change.path.join('.')}`);
const step = (selector: string, more = {}) => ({ action: 'click', selector, ...more });

describe('the difference of two flows', () => {
  it('is nothing for the same content in another order', () => {
    expect(changes({ a: 1, b: { c: 2, d: 3 } }, { b: { d: 3, c: 2 }, a: 1 })).toEqual([]);
  });

  it('names fields that came, went and changed, at their paths', () => {
    const before = { baseUrl: 'http://a', headless: true, steps: [step('#a')] };
    const after = { baseUrl: 'http://b', site: 'x', steps: [step('#b')] };
    expect([...changesBetween(before, after)]).toEqual([
      { kind: 'changed', path: ['baseUrl'], before: 'http://a', after: 'http://b' },
      { kind: 'removed', path: ['headless'], before: true },
      { kind: 'changed', path: ['steps', 0, 'selector'], before: '#a', after: '#b' },
      { kind: 'added', path: ['site'], after: 'x' },
    ] satisfies FlowChange[]);
  });

  it('finds a step that was put before others, or taken away, as such', () => {
    const steps = [step('#a'), step('#b'), step('#c')];
    expect(changes({ steps }, { steps: [step('#new'), ...steps] })).toEqual(['added steps.0']);
    expect(changes({ steps }, { steps: steps.toSpliced(1, 1) })).toEqual(['removed steps.1']);
    expect(changes({ steps }, { steps: steps.toSpliced(1, 1, step('#b', { atomic: true })) })).toEqual([
      'added steps.1.atomic',
    ]);
  });

  it('is empty if and only if the contents are the same, and never names a place twice', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), fc.jsonValue({ maxDepth: 3 }), (before, after) => {
        const found = changes(before, after);
        expect(found.length === 0).toBe(canonicalJson(before) === canonicalJson(after));
        expect(new Set(found).size).toBe(found.length);
        expect(changes(before, before)).toEqual([]);
      }),
    );
  });

  it('reads each value as often in a deep flow as in a flat one', () => {
    let reads = 0;
    const leaf = () => ({
      get text() {
        reads += 1;
        return 'x';
      },
    });
    const nested = (depth: number, last: number): unknown =>
      depth === 0 ? [leaf(), last] : [nested(depth - 1, last), leaf()];
    for (const depth of [1, 100]) {
      reads = 0;
      const path = ['changed', [...Array(depth).fill(0), 1].join('.')].join(' ');
      expect(changes(nested(depth, 1), nested(depth, 2))).toEqual([path]);
      expect(reads).toBe(2 * (depth + 1));
    }
  });
});
