import { jwtVerify, SignJWT } from 'jose';

const ISSUER = 'ghostly';
const AUDIENCE = 'ghostly-api';
const ALGORITHM = 'HS256';

/** How long a token is good for, s. */
const LIFETIME_S = 24 * 60 * 60;

/** Signs and reads the JWTs of people. A token says only who; role and existence are looked up for every request. */
export interface Tokens {
  issue(userId: string): Promise<string>;
  /** The user's id, or undefined for whatever is not a valid token of ours. */
  read(token: string): Promise<string | undefined>;
}

export function createTokens(secret: string, now: () => Date = () => new Date()): Tokens {
  const key = new TextEncoder().encode(secret);
  return {
    issue(userId) {
      const at = Math.floor(now().getTime() / 1_000);
      return new SignJWT()
        .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
        .setSubject(userId)
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setIssuedAt(at)
        .setExpirationTime(at + LIFETIME_S)
        .sign(key);
    },
    async read(token) {
      const expected = { issuer: ISSUER, audience: AUDIENCE, algorithms: [ALGORITHM], currentDate: now() };
      const required = { requiredClaims: ['sub', 'exp'] };
      return jwtVerify(token, key, { ...expected, ...required }).then(
        ({ payload }) => payload.sub,
        () => undefined,
      );
    },
  };
}
