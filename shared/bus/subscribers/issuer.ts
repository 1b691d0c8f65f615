import { createAccount, fromSeed } from 'nkeys.js';
import { ConfigError } from '#shared/config/config.ts';

/** Signs what the server of NATS shall believe about who signs in. */
export interface Issuer {
  /** The server's configuration names it; no secret. */
  readonly publicKey: string;
  /** A JWT of these claims, issued now. Times are seconds since the epoch. */
  sign(claims: Record<string, unknown>): string;
}

const ACCOUNT_KEY = /^A[A-Z2-7]{55}$/;

export const createIssuerSeed = (): string => new TextDecoder().decode(createAccount().getSeed());

/** @throws ConfigError for what is not the seed of an account */
export function openIssuer(seed: string, now: () => number = Date.now): Issuer {
  const key = keyOf(seed);
  const publicKey = key.getPublicKey();
  if (!ACCOUNT_KEY.test(publicKey)) throw new ConfigError(NO_SEED);
  return {
    publicKey,
    sign(claims) {
      const all = { ...claims, jti: crypto.randomUUID(), iss: publicKey, iat: Math.floor(now() / 1_000) };
      const text = `${encode({ typ: 'JWT', alg: 'ed25519-nkey' })}.${encode(all)}`;
      return `${text}.${Buffer.from(key.sign(Buffer.from(text))).toString('base64url')}`;
    },
  };
}

const NO_SEED = 'GHOSTLY_NATS_ISSUER_SEED: must be the seed of an account, SA…';

function keyOf(seed: string) {
  try {
    return fromSeed(new TextEncoder().encode(seed));
  } catch {
    throw new ConfigError(NO_SEED); // without the cause: it might tell of the seed
  }
}

const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
