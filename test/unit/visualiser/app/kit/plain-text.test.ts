/* A text of another user cannot turn round what is beside it, and a name that is not seen is none. */
import { describe, expect, it } from 'vitest';
import { isBlank, withoutDirections } from '../../../../../services/visualiser/app/kit/plain-text.ts';
import { hasName, runNameOf } from '../../../../../services/visualiser/app/kit/standing/standing.ts';

describe('a text that another wrote', () => {
  it('loses the characters that turn what stands beside it round, and no other', () => {
    expect(withoutDirections('a\u202Eb\u2067c\u2069 \u200Ed')).toBe('abc d');
    expect(withoutDirections('שלום, 世界')).toBe('שלום, 世界');
  });

  it.each(['', '  \t\n', '\u200B\u200B', '\u2060\uFEFF\u00AD', '\u3164\u2800', '\u202E'])(
    'is blank if nothing of it is seen: %j',
    (text) => expect(isBlank(text)).toBe(true),
  );

  it.each(['.', ' a ', '\u200Ba', '🛒'])('is not blank: %j', (text) => expect(isBlank(text)).toBe(false));
});

describe('a run whose name cannot be seen', () => {
  const baseUrl = 'https://shop.test/';
  it('is called as one without a name', () => {
    expect(runNameOf({ name: '\u200B', title: 'Shop', baseUrl })).toBe('Shop');
    expect(runNameOf({ name: '\u200B', title: ' \u2060', baseUrl })).toBe('shop.test');
    expect(hasName({ name: '\u200B' })).toBe(false);
    expect(hasName({ name: 'Order' })).toBe(true);
  });
});
