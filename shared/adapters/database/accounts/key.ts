import { createHash, randomBytes } from 'node:crypto';

/** Characters of a key that lists show. */
const SHOWN = 8;
const MASK = '••••••••';

const KEY = /^gly_[\w-]{43}$/;

export interface NewKey {
  /** Shown once, never stored. */
  key: string;
  prefix: string;
  keyHash: string;
}

export function generateKey(): NewKey {
  const key = `gly_${randomBytes(32).toString('base64url')}`;
  return { key, prefix: key.slice(0, SHOWN), keyHash: hashKey(key) };
}

/** Keys have 256 random bits: a plain hash is enough to keep them, and allows to look them up. */
export const hashKey = (key: string): string => createHash('sha256').update(key).digest('hex');

export const isKey = (text: string): boolean => KEY.test(text);

export const maskedKey = (prefix: string): string => `${prefix}${MASK}`;
