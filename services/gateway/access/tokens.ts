import { createHmac } from 'node:crypto';
import { decodeProtectedHeader, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import type { TokenIssue } from '#shared/adapters/database/accounts/token-issue.ts';

const ISSUER = 'ghostly';
const AUDIENCE = 'ghostly-api';
const ALGORITHM = 'HS256';

/** How long a token is valid, s. */
const LIFETIME_S = 24 * 60 * 60;

/** The subject of a token, by id or, for an outside issuer, by e-mail; and when the token expires. */
export interface Bearer {
  userId?: string;
  email?: string;
  until: Date;
  issue: TokenIssue;
}

/** Signs and reads the JWTs of users. A token only identifies the user; role and existence are looked up for every request. */
export interface Tokens {
  issue(userId: string, epoch: number): Promise<string>;
  /** Undefined if the token is not valid. */
  read(token: string): Promise<Bearer | undefined>;
}

export interface TokenOptions {
  /** Signs new tokens. */
  secret: string;
  /** The previous secret, whose tokens are still accepted. */
  previous?: string | undefined;
  /** Reads tokens that we did not sign. */
  outside?: ((token: string) => Promise<Bearer | undefined>) | undefined;
  now?: (() => Date) | undefined;
}

export function createTokens({ secret, previous, outside, now = () => new Date() }: TokenOptions): Tokens {
  const keys = [secret, ...(previous === undefined ? [] : [previous])].map(toKey);
  const [signing] = keys as [Key];
  return {
    issue(userId, epoch) {
      const at = Math.floor(now().getTime() / 1_000);
      return new SignJWT({ epoch })
        .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT', kid: signing.kid })
        .setSubject(userId)
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setIssuedAt(at)
        .setExpirationTime(at + LIFETIME_S)
        .sign(signing.bytes);
    },
    async read(token) {
      const header = headerOf(token);
      if (header?.alg !== ALGORITHM) return header && outside?.(token);
      const key = keys.find(({ kid }) => kid === header.kid);
      const payload = key && (await verified(token, key.bytes, now()));
      return payload && bearerOf(payload);
    },
  };
}

type Claims = Required<Pick<JWTPayload, 'sub' | 'exp'>> & { epoch?: unknown };

const bearerOf = ({ sub, exp, epoch }: Claims): Bearer | undefined =>
  typeof epoch === 'number' ? { userId: sub, until: new Date(exp * 1_000), issue: { epoch } } : undefined;

interface Key {
  kid: string;
  bytes: Uint8Array;
}

/** The key id is derived from the secret, one-way, so that all gateways have the same. */
const toKey = (secret: string): Key => ({
  kid: createHmac('sha256', secret).update('ghostly key id').digest('base64url').slice(0, 16),
  bytes: new TextEncoder().encode(secret),
});

function headerOf(token: string): { alg?: string; kid?: unknown } | undefined {
  try {
    return decodeProtectedHeader(token) as { alg?: string; kid?: unknown };
  } catch {
    return undefined;
  }
}

async function verified(token: string, key: Uint8Array, currentDate: Date) {
  const expected = { issuer: ISSUER, audience: AUDIENCE, algorithms: [ALGORITHM], currentDate };
  const options = { ...expected, requiredClaims: ['sub', 'exp'] };
  return jwtVerify<Claims>(token, key, options).then(
    ({ payload }) => payload,
    () => undefined,
  );
}
