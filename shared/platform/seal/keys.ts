/* The keys of the vault, each with its thumbprint, by which a sealed value names it. The first one seals, all open. */
import { createPublicKey, type KeyObject } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK } from 'jose';
import { privateKeysOf, publicKeysOf } from './key-text.ts';

interface PublicKey {
  /** Its thumbprint (RFC 7638). */
  kid: string;
  key: KeyObject;
}

/** What seals. */
export interface PublicKeys {
  first: PublicKey;
}

/** What opens, and seals anew. */
export interface PrivateKeys extends PublicKeys {
  /** All of them, by thumbprint. */
  all: ReadonlyMap<string, KeyObject>;
}

/** @throws an error whose text does not repeat the keys */
export const readPublicKeys = async (text: string): Promise<PublicKeys> => ({
  first: await named(publicKeysOf(text)[0]!),
});

/** @throws an error whose text does not repeat the keys */
export async function readPrivateKeys(text: string): Promise<PrivateKeys> {
  const keys = privateKeysOf(text);
  const publicKeys = await Promise.all(keys.map((key) => named(createPublicKey(key))));
  return {
    first: publicKeys[0]!,
    all: new Map(publicKeys.map(({ kid }, index) => [kid, keys[index]!])),
  };
}

const named = async (key: KeyObject): Promise<PublicKey> => ({
  kid: await calculateJwkThumbprint(await exportJWK(key)),
  key,
});
