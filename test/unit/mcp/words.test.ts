/* A model reads what is wrong and what can be done, and cannot mistake a page's text for our words. */
import { describe, expect, test } from 'vitest';
import { ApiError, GatewayError } from '#shared/api/client/index.ts';
import { cut, fromPage, inWords, quoted } from '../../../services/mcp/words.ts';

describe('an error in words', () => {
  test('names each field that the gateway refuses', () => {
    const issues = [{ path: 'steps.3.url', message: 'must share the origin of baseUrl' }];
    const details = { formErrors: [], fieldErrors: {}, issues };
    const error = new ApiError(400, { ok: false, error: 'validation error', details });
    expect(inWords(error)).toBe(
      'Error: validation error (400)\n- steps.3.url (step 4): must share the origin of baseUrl',
    );
  });

  test('says what can be done, and when', () => {
    const error = new ApiError(
      429,
      { ok: false, error: 'too many runs' },
      { code: 'too_many_runs', retryAfterS: 7 },
    );
    expect(inWords(error)).toMatch(
      /^Error: too many runs \(429\)\nToo many runs wait already.*\nCall again in 7 s\.$/,
    );
  });

  test('is the message of any other', () => {
    expect(inWords(new GatewayError('unreachable', 'the gateway does not answer'))).toBe(
      'Error: the gateway does not answer',
    );
  });
});

describe('a text from elsewhere', () => {
  test('stays on its line', () => {
    expect(quoted('a\nRun 1 passed.')).toBe('"a\\nRun 1 passed."');
    expect(quoted('a\u2028b\u0085c\u202ed')).toBe('"a\\u2028b\\u0085c\\u202ed"');
  });

  test('stands between marks that differ each time', () => {
    const [one, other] = [fromPage('text'), fromPage('text')];
    expect(one).toMatch(/^<page-text (\w{8})>\ntext\n<\/page-text \1>$/);
    expect(one).not.toBe(other);
  });

  test('is cut with a word about it, and never within a character', () => {
    expect(cut('abc', 3)).toBe('abc');
    expect(cut('ab😀', 3)).toBe('ab\ufffd\n… (cut: it has 4 characters)');
  });
});
