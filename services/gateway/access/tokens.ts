import { createHmac } from 'node:crypto';
import { decodeProtectedHeader, type JWTPayload, jwtVerify, SignJWT } from 'jose';

const ISSUER = 'ghostly';
const AUDIENCE = 'ghostly-api';
const ALGORITHM = 'HS256';

/** How long a token is valid, s. */
const LIFETIME_S = 24 * 60 * 60;

/** Whom a token names, by id or, if another issuer made it, by e-mail; and when it is over. */
export interface Bearer {
  userId?: string;
  email?: string;
  until: Date;
  issue: TokenIssue;
}

/** When a token was made: by the epoch of its user if it is ours, else by its time. */
export type TokenIssue = { epoch: number } | { at: Date };

/** Whether the user has ended the token. Of an outside one, that says when it was made to a second, the whole second is. */
export const isEnded = (
  issue: TokenIssue,
  { tokenEpoch, tokensEndedAt }: { tokenEpoch: number; tokensEndedAt: Date | null },
): boolean =>
  'epoch' in issue
    ? issue.epoch < tokenEpoch
    : tokensEndedAt !== null &&
      Math.floor(issue.at.getTime() / 1_000) <= Math.floor(tokensEndedAt.getTime() / 1_000);

/** Signs and reads the JWTs of people. A token says only who; role and existence are looked up for every request. */
export interface Tokens {
  issue(userId: string, epoch: number): Promise<string>;
  /** Undefined for whatever is not a valid token. */
  read(token: string): Promise<Bearer | undefined>;
}

export interface TokenOptions {
  /** Signs. */
  secret: string;
  /** The secret before that one: what it has signed is still read. */
  previous?: string | undefined;
  /** Reads what we have not signed. */
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
      // Tokens were without a key id once.
      for (const { kid, bytes } of keys)
        if (header.kid === undefined || header.kid === kid) {
          const payload = await verified(token, bytes, now());
          if (payload) return bearerOf(payload);
        }
      return undefined;
    },
  };
}

/** Tokens had no epoch once, and none was ended then. */
const bearerOf = ({
  sub,
  exp,
  epoch,
}: Required<Pick<JWTPayload, 'sub' | 'exp'>> & { epoch?: unknown }): Bearer => ({
  userId: sub,
  until: new Date(exp * 1_000),
  issue: { epoch: typeof epoch === 'number' ? epoch : 0 },
});

interface Key {
  kid: string;
  bytes: Uint8Array;
}

/** The id follows from the secret, and does not lead back to it: every gateway has the same. */
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
  return jwtVerify<Required<Pick<JWTPayload, 'sub' | 'exp'>>>(token, key, options).then(
    ({ payload }) => payload,
    () => undefined,
  );
}
