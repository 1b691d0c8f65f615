/* A cursor names one place in a list and is written in one way; any other text is none, and throws nothing. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeRunCursor, encodeRunCursor, isRunCursor } from '#shared/api/contract/runs/run-cursor.ts';

const AT = { micros: '1764034567123456', id: '0a0a0a0a-1b1b-4c2c-8d3d-4e4e4e4e4e4e' };
const made = (text: string) => btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

describe('the cursor of a list', () => {
  it('says the microsecond and the id that it was made of', () => {
    const micros = fc.bigInt({ min: 0n, max: BigInt(Number.MAX_SAFE_INTEGER) }).map(String);
    const property = fc.property(micros, fc.uuid(), (at, id) => {
      const cursor = encodeRunCursor({ micros: at, id });
      expect(cursor).toMatch(/^[\w-]{40,100}$/);
      expect(decodeRunCursor(cursor)).toEqual({ micros: at, id });
    });
    fc.assert(property);
  });

  it.each<[string, string]>([
    ['empty', ''],
    ['no base64url', `${made('1')}=`],
    ['of a length that base64 cannot have', 'abcde'],
    ['its text as it is', `${AT.micros}.${AT.id}`],
    ['with a byte more', `${encodeRunCursor(AT)}AA`],
    ['cut', encodeRunCursor(AT).slice(0, -4)],
    ['without its id', made(AT.micros)],
    ['without its time', made(`.${AT.id}`)],
    ['with another part', made(`${AT.micros}.${AT.id}.1`)],
    ['before 1970', made(`-1.${AT.id}`)],
    ['with a fraction', made(`1e3.${AT.id}`)],
    ['with a time beyond the calendar', made(`9999999999999999.${AT.id}`)],
    ['with an id that is none', made(`${AT.micros}.' or true --`)],
    ['with a NUL', made(`${AT.micros}.${AT.id}\0`)],
    ['not ASCII', 'ünïcode'],
  ])('is none if it is %s', (_, text) => {
    expect(decodeRunCursor(text)).toBeUndefined();
    expect(isRunCursor(text)).toBe(false);
  });

  it('is none if the same place can be written in another way', () => {
    const cursor = encodeRunCursor({ ...AT, micros: '1764034567123' });
    const last = cursor.at(-1)!;
    // The bits that fill up the last character count for nothing.
    const alike = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
      .split('')
      .filter((letter) => letter !== last)
      .map((letter) => cursor.slice(0, -1) + letter)
      .filter((text) => isRunCursor(text) && decodeRunCursor(text)?.id === AT.id);
    expect(alike).toEqual([]);
  });

  it('never throws, whatever it is given', () => {
    const text = fc.oneof(fc.string(), fc.base64String());
    fc.assert(fc.property(text, (given) => void decodeRunCursor(given)));
  });
});
