/* A one-time code is the one that its standard names for that time, and no error repeats its seed. */
import { expect, test } from 'vitest';
import { codeAt, periodOf, seedTextsOf } from '../../../../../services/runner/browser/vault/codes.ts';

/** RFC 6238, appendix B. */
const SEEDS = {
  SHA1: '12345678901234567890',
  SHA256: '12345678901234567890123456789012',
  SHA512: '1234567890123456789012345678901234567890123456789012345678901234',
};

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const base32 = (text: string) => {
  const bits = [...Buffer.from(text)].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,5}/g) ?? [])
    .map((five) => ALPHABET[Number.parseInt(five.padEnd(5, '0'), 2)])
    .join('');
};
const uri = (algorithm: keyof typeof SEEDS, digits = 8) =>
  `otpauth://totp/Shop:ann?secret=${base32(SEEDS[algorithm])}&algorithm=${algorithm}&digits=${digits}&period=30`;

test.each([
  ['SHA1', 59, '94287082'],
  ['SHA256', 59, '46119246'],
  ['SHA512', 59, '90693936'],
  ['SHA1', 1111111109, '07081804'],
  ['SHA256', 1111111111, '67062674'],
  ['SHA512', 1234567890, '93441116'],
  ['SHA1', 20000000000, '65353130'],
] as const)('the code of %s at %i s is %s', (algorithm, seconds, code) => {
  const seed = uri(algorithm);
  expect(codeAt(seed, Math.floor(seconds / periodOf(seed)))).toBe(code);
});

test('what gives the seed away is all that has it', () => {
  expect(seedTextsOf(uri('SHA1'))).toContain(base32(SEEDS.SHA1));
});

test('a text that is no seed is not repeated', () => {
  for (const text of ['otpauth://hotp/a?secret=GEZDGNBV&counter=1', 'GEZDGNBV!'])
    expect(() => codeAt(text, 1)).toThrow(/^it is no seed of codes by time$/);
});
