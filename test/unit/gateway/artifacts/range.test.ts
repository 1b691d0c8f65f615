/* A range of bytes is answered as it was asked for, and never leads out of its file. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rangeOf } from '../../../../services/gateway/artifacts/range.ts';

describe('a Range header', () => {
  it.each<[string, number, number]>([
    ['bytes=0-0', 0, 0],
    ['bytes=0-99', 0, 99],
    ['bytes=10-19', 10, 19],
    ['bytes=10-', 10, 99],
    ['bytes=99-', 99, 99],
    ['bytes=-1', 99, 99],
    ['bytes=-100', 0, 99],
    ['bytes=-5000', 0, 99],
    ['bytes=50-5000', 50, 99],
    ['Bytes=00-09', 0, 9],
    [`bytes=0-${'9'.repeat(400)}`, 0, 99],
  ])('%s of 100 bytes is %i to %i', (header, start, end) => {
    expect(rangeOf(header, 100)).toEqual({ start, end });
  });

  it.each(['bytes=100-', 'bytes=100-200', 'bytes=-0', `bytes=${'9'.repeat(400)}-`])(
    '%s asks for none of 100 bytes',
    (header) => expect(rangeOf(header, 100)).toBe('unsatisfiable'),
  );

  it.each([
    '',
    'bytes',
    'bytes=',
    'bytes=-',
    'bytes=20-10',
    'bytes=a-b',
    'bytes=1x-2y',
    'bytes=0-1,5-6',
    'bytes=0-1, 5-6',
    'bytes = 0-1',
    'bytes=0 - 1',
    'bytes=--1',
    'bytes=1.5-2',
    'bytes=1e1-20',
    'lines=0-1',
    'bytes=٣-٤',
  ])('%j is malformed, or has several ranges, and counts as none', (header) =>
    expect(rangeOf(header, 100)).toBe('all'),
  );

  it.each(['bytes=0-', 'bytes=0-0', 'bytes=-1'])('%s asks for none of an empty file', (header) => {
    expect(rangeOf(header, 0)).toBe('unsatisfiable');
  });

  it('never leads out of the file', () => {
    const part = fc.oneof(fc.constant(''), fc.nat().map(String), fc.bigInt({ min: 0n }).map(String));
    const property = fc.property(part, part, fc.nat(), (first, last, size) => {
      const range = rangeOf(`bytes=${first}-${last}`, size);
      if (typeof range === 'string') return;
      expect(range.start).toBeGreaterThanOrEqual(0);
      expect(range.end).toBeGreaterThanOrEqual(range.start);
      expect(range.end).toBeLessThan(size);
    });
    fc.assert(property);
  });
});
