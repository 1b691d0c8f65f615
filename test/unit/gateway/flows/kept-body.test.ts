/* A named flow is kept as it was written, and has one digest for one content. */
import { describe, expect, it } from 'vitest';
import { keptFlow } from '#shared/api/contract/flows/flows.ts';
import { digestOf, keptBody } from '../../../../services/gateway/flows/kept-body.ts';

const kept = (sent: unknown) => keptBody(sent, keptFlow.parse(sent));

describe('a flow that is kept', () => {
  it('stays as it was written, in its order, without defaults', () => {
    const sent = {
      steps: [{ timeoutMs: 5, action: 'goto', url: '/' }],
      site: 'sample-shop',
      inputsSchema: { properties: { b: { default: [{ x: 1 }] }, a: { enum: [null, 'é'] } }, type: 'object' },
      baseUrl: 'http://a.test',
    };
    expect(JSON.stringify(kept(sent))).toBe(JSON.stringify(sent));
  });

  it('is without fields that are not known, at any depth', () => {
    const step = { action: 'click', selector: '#a', retry: { times: 1 } };
    const sent = {
      viewport: { width: 1 },
      baseUrl: 'http://a.test',
      steps: [{ ...step, wait: 5, retry: { times: 1, pause: 2 } }],
    };
    expect(kept(sent)).toEqual({ baseUrl: 'http://a.test', steps: [step] });
  });

  it('has one digest whatever the order of its fields, and another for another content', () => {
    const [one, other] = [
      { a: 1, b: { c: [1, 2], d: 'x' } },
      { b: { d: 'x', c: [1, 2] }, a: 1 },
    ];
    expect(digestOf(one)).toBe(digestOf(other));
    expect(digestOf({ ...one, b: { c: [2, 1], d: 'x' } })).not.toBe(digestOf(one));
    expect(digestOf({ ...one, e: null })).not.toBe(digestOf(one));
  });
});
