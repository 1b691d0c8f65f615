/*
 * The keys of the vault as text: X25519, each a mark of its kind and 32 bytes as base64url, several separated by commas. Pure.
 */
import {
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';

const BYTES = 32;
const ONE = /^[A-Za-z0-9_-]{43}$/;

/** `der`: what stands before the bytes in DER. */
const KINDS = {
  private: {
    mark: 'gspriv_',
    variable: 'GHOSTLY_SEAL_KEY',
    other: 'public',
    der: Buffer.from('302e020100300506032b656e04220420', 'hex'),
  },
  public: {
    mark: 'gspub_',
    variable: 'GHOSTLY_SEAL_PUBLIC_KEY',
    other: 'private',
    der: Buffer.from('302a300506032b656e032100', 'hex'),
  },
} as const;
type Kind = keyof typeof KINDS;

/** The text itself if it is private keys. @throws an error that does not repeat it */
export function privateKeyText(text: string): string {
  privateKeysOf(text);
  return text;
}

/** The text itself if it is public keys, with which values can be sealed. @throws an error that does not repeat it */
export function publicKeyText(text: string): string {
  publicKeysOf(text);
  return text;
}

export function newPrivateKeyText(): string {
  const { privateKey } = generateKeyPairSync('x25519');
  return textOf('private', privateKey.export({ format: 'der', type: 'pkcs8' }));
}

/** The public keys of private ones. */
export const publicTextOf = (privateText: string): string =>
  privateKeysOf(privateText)
    .map((key) => textOf('public', createPublicKey(key).export({ format: 'der', type: 'spki' })))
    .join(',');

export const privateKeysOf = (text: string): KeyObject[] =>
  derOf('private', text).map((key) => createPrivateKey({ key, format: 'der', type: 'pkcs8' }));

export function publicKeysOf(text: string): KeyObject[] {
  const keys = derOf('public', text).map((key) => createPublicKey({ key, format: 'der', type: 'spki' }));
  if (!keys.every(agrees)) throw new Error('must be keys with which values can be sealed');
  return keys;
}

/** Some bytes are a point with which every secret would be the same: they are refused as soon as they are used. */
function agrees(publicKey: KeyObject): boolean {
  try {
    diffieHellman({ privateKey: generateKeyPairSync('x25519').privateKey, publicKey });
    return true;
  } catch {
    return false;
  }
}

const textOf = (kind: Kind, der: Buffer): string =>
  `${KINDS[kind].mark}${der.subarray(-BYTES).toString('base64url')}`;

function derOf(kind: Kind, text: string): Buffer[] {
  const { mark, other, der } = KINDS[kind];
  return text.split(',').map((given) => {
    const one = given.trim();
    if (one.startsWith(KINDS[other].mark))
      throw new Error(`must be ${kind} keys: a ${other} one is for ${KINDS[other].variable}`);
    const bytes = Buffer.from(one.slice(mark.length), 'base64url');
    // The last character has two bits that count for nothing: only one way to write a key is taken.
    const isKey = ONE.test(one.slice(mark.length)) && `${mark}${bytes.toString('base64url')}` === one;
    if (!isKey)
      throw new Error(
        `must be keys as "ghostly keys new" prints them: ${mark} and 43 characters, separated by commas`,
      );
    return Buffer.concat([der, bytes]);
  });
}
