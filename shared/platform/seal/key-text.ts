/* The keys of the vault as text: X25519, each 32 bytes as base64url, several separated by commas. Pure. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';

const BYTES = 32;
const ONE = /^[A-Za-z0-9_-]{43}$/;
/** What DER has before the bytes of a key. */
const PREFIX = {
  private: Buffer.from('302e020100300506032b656e04220420', 'hex'),
  public: Buffer.from('302a300506032b656e032100', 'hex'),
};

/** The text itself if it has the form of keys. @throws an error that does not repeat it */
export function sealKeyText(text: string): string {
  bytesOf(text);
  return text;
}

export function newPrivateKeyText(): string {
  const { privateKey } = generateKeyPairSync('x25519');
  return lastBytes(privateKey.export({ format: 'der', type: 'pkcs8' }));
}

/** The public keys of private ones. */
export const publicKeyText = (privateText: string): string =>
  privateKeysOf(privateText)
    .map((key) => lastBytes(createPublicKey(key).export({ format: 'der', type: 'spki' })))
    .join(',');

export const privateKeysOf = (text: string): KeyObject[] =>
  bytesOf(text).map((bytes) =>
    createPrivateKey({ key: Buffer.concat([PREFIX.private, bytes]), format: 'der', type: 'pkcs8' }),
  );

export const publicKeysOf = (text: string): KeyObject[] =>
  bytesOf(text).map((bytes) =>
    createPublicKey({ key: Buffer.concat([PREFIX.public, bytes]), format: 'der', type: 'spki' }),
  );

const lastBytes = (der: Buffer): string => der.subarray(-BYTES).toString('base64url');

function bytesOf(text: string): Buffer[] {
  const given = text.split(',').map((one) => one.trim());
  const bytes = given.map((one) => Buffer.from(one, 'base64url'));
  // The last character has two bits that count for nothing: only one way to write a key is taken.
  if (!given.every((one, index) => ONE.test(one) && bytes[index]!.toString('base64url') === one))
    throw new Error('must be keys of 32 bytes as base64url (43 characters), separated by commas');
  return bytes;
}
