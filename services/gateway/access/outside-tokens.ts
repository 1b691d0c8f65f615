import { createRemoteJWKSet, errors, jwtVerify } from 'jose';
import type { Log } from '#shared/platform/log/log.ts';
import type { Bearer } from './tokens.ts';

/** An external issuer of tokens: an OpenID provider. */
export interface OutsideIssuer {
  /** URL of its public keys (JWKS). */
  jwksUrl: string;
  issuer: string;
  audience: string;
}

/** The issuer that the variables name: all are set or none (see `readConfig`). */
export function outsideIssuerOf(config: {
  GHOSTLY_OIDC_JWKS_URL?: string | undefined;
  GHOSTLY_OIDC_ISSUER?: string | undefined;
  GHOSTLY_OIDC_AUDIENCE?: string | undefined;
}): OutsideIssuer | undefined {
  const { GHOSTLY_OIDC_JWKS_URL: jwksUrl, GHOSTLY_OIDC_ISSUER: issuer } = config;
  const audience = config.GHOSTLY_OIDC_AUDIENCE;
  if (jwksUrl === undefined || issuer === undefined || audience === undefined) return undefined;
  return { jwksUrl, issuer, audience };
}

/** Asymmetric algorithms only, since the keys are public. */
const ALGORITHMS = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];
const FETCH_MS = 3_000;

/** Reads tokens of an outside issuer. Its keys are fetched on demand, and again if a key id is unknown. */
export function createOutsideTokens(
  { jwksUrl, issuer, audience }: OutsideIssuer,
  { log, now = () => new Date() }: { log: Pick<Log, 'warn'>; now?: (() => Date) | undefined },
): (token: string) => Promise<Bearer | undefined> {
  const keys = createRemoteJWKSet(new URL(jwksUrl), { timeoutDuration: FETCH_MS });
  return async (token) => {
    try {
      const expected = { issuer, audience, algorithms: ALGORITHMS, requiredClaims: ['exp', 'email'] };
      const { payload } = await jwtVerify(token, keys, { ...expected, currentDate: now() });
      return bearerOf(payload);
    } catch (error) {
      if (!REFUSALS.has(error instanceof errors.JOSEError ? error.code : ''))
        log.warn({ err: error }, "the outside issuer's keys are out of reach");
      return undefined;
    }
  };
}

/** An unverified e-mail could be that of any user, also of an admin. */
function bearerOf(claims: {
  email?: unknown;
  email_verified?: unknown;
  exp?: number;
  iat?: number;
}): Bearer | undefined {
  const { email, email_verified: isVerified, exp, iat = 0 } = claims;
  if (typeof email !== 'string' || exp === undefined) return undefined;
  if (isVerified !== true && isVerified !== 'true') return undefined;
  if (email.includes('\0') || !email.isWellFormed()) return undefined; // the database takes no such text
  return {
    email: email.trim().toLowerCase(),
    until: new Date(exp * 1_000),
    issue: { at: new Date(iat * 1_000) },
  };
}

/** Errors caused by the token; any other is caused by the issuer or the network. */
const REFUSALS = new Set<string>([
  errors.JWTClaimValidationFailed.code,
  errors.JWTExpired.code,
  errors.JWTInvalid.code,
  errors.JWSInvalid.code,
  errors.JWSSignatureVerificationFailed.code,
  errors.JOSEAlgNotAllowed.code,
  errors.JOSENotSupported.code,
  errors.JWKSNoMatchingKey.code,
  errors.JWKSMultipleMatchingKeys.code,
]);
