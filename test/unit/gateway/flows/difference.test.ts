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
});
