/* Any text can be stored in a JSON column; what PostgreSQL would refuse is replaced. */
import { describe, expect, it } from 'vitest';
import { toJsonb } from '#shared/adapters/database/json.ts';

describe('JSON for a jsonb column', () => {
  it.each([
    ['NUL', 'a\0b', 'a\ufffdb'],
    ['half a surrogate pair', 'a\ud83d', 'a\ufffd'],
    ['the other half', '\udeadb', '\ufffdb'],
    ['a whole pair', 'a\u{1f600}', 'a\u{1f600}'],
    ['a text that reads like an escape', 'a\\u0000 \\ud83d', 'a\\u0000 \\ud83d'],
  ])('has no %s that the column would refuse', (_, text, stored) => {
    expect(JSON.parse(toJsonb({ deep: [text] }))).toEqual({ deep: [stored] });
    expect(toJsonb([text])).not.toMatch(/(?<!\\)(\\\\)*\\u(0000|d[89a-f])/);
  });

  it('leaves out what is undefined', () => {
    expect(toJsonb({ a: undefined, b: null })).toBe('{"b":null}');
  });
});
