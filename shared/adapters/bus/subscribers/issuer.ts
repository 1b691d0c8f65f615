import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { createAccount, fromSeed } from 'nkeys.js';
import { ConfigError } from '#shared/platform/config/config.ts';

/** Signs the replies to the NATS server's sign-in requests. */
export interface Issuer {
  /** Named in the server's configuration; not secret. */
  readonly publicKey: string;
  /** A JWT of these claims, issued now. Times are seconds since the epoch. */
  sign(claims: Record<string, unknown>): string;
}

const ACCOUNT_KEY = /^A[A-Z2-7]{55}$/;

export const createIssuerSeed = (): string => new TextDecoder().decode(createAccount().getSeed());

/** @throws ConfigError unless it is the seed of an account */
export function openIssuer(seed: string, now: () => number = Date.now): Issuer {
  const publicKey = publicKeyOf(seed);
  if (!ACCOUNT_KEY.test(publicKey)) throw new ConfigError(NO_SEED);
  const key = signingKeyOf(seed);
  return {
    publicKey,
    sign(claims) {
      const all = { ...claims, jti: crypto.randomUUID(), iss: publicKey, iat: Math.floor(now() / 1_000) };
      const text = `${encode({ typ: 'JWT', alg: 'ed25519-nkey' })}.${encode(all)}`;
      return `${text}.${sign(null, Buffer.from(text), key).toString('base64url')}`;
    },
  };
}

const NO_SEED = 'GHOSTLY_NATS_ISSUER_SEED: must be the seed of an account, SA…';

function publicKeyOf(seed: string): string {
  try {
    return fromSeed(new TextEncoder().encode(seed)).getPublicKey();
  } catch {
    throw new ConfigError(NO_SEED); // without the cause, which might reveal the seed
  }
}

/** How an Ed25519 key begins in PKCS #8; its 32 bytes follow. */
const ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');
/** The secret of a seed follows two bytes for its type. */
const SECRET_FROM = 2;
const SECRET_BYTES = 32;

/** The library's own signature blocks the event loop for some 10 ms, and every sign-in needs one. */
function signingKeyOf(seed: string): KeyObject {
  const secret = fromBase32(seed).subarray(SECRET_FROM, SECRET_FROM + SECRET_BYTES);
  return createPrivateKey({ key: Buffer.concat([ED25519, secret]), format: 'der', type: 'pkcs8' });
}

function fromBase32(text: string): Buffer {
  const bits = [...text].map((letter) => BASE32.indexOf(letter).toString(2).padStart(5, '0')).join('');
  return Buffer.from(bits.match(/.{8}/g)?.map((byte) => Number.parseInt(byte, 2)) ?? []);
}
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
