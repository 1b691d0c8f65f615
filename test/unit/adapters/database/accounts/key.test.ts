/* I10: an API key is random and kept as a hash, and a text that can be no key is refused without the database. */
import { expect, it } from 'vitest';
import { generateKey, hashKey, isKey, maskedKey } from '#shared/adapters/database/accounts/key.ts';

it('I10: an API key is 32 random bytes, kept as a hash and its first 8 characters', () => {
  const { key, prefix, keyHash } = generateKey();
  expect(key).toMatch(/^gly_[\w-]{43}$/);
  expect(isKey(key)).toBe(true);
  expect(keyHash).toMatch(/^[0-9a-f]{64}$/);
  expect(keyHash).toBe(hashKey(key));
  expect(prefix).toBe(key.slice(0, 8));
  expect(maskedKey(prefix)).toBe(`${key.slice(0, 8)}••••••••`);
  expect(generateKey().key).not.toBe(key);
});

it.each(['', 'gly_', 'gly_short', `gk_${'a'.repeat(43)}`, `gly_${'a'.repeat(44)}`, `gly_${'a'.repeat(42)}'`])(
  '%j is no key, and the database is not asked about it',
  (text) => {
    expect(isKey(text)).toBe(false);
  },
);
