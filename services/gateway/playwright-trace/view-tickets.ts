import { createHmac } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';

/** How long a ticket is good, s. */
const LIFETIME_S = 300;
const ALGORITHM = 'HS256';
const CLAIMS = { issuer: 'ghostly', audience: 'ghostly-viewer' };

/** What lets the viewer read the trace of one run, and nothing else. Every gateway reads those of the others. */
export interface ViewTickets {
  issue(runId: string): Promise<{ ticket: string; expiresAt: Date }>;
  /** The run; undefined if the ticket is none, or over. */
  read(ticket: string): Promise<string | undefined>;
}

/** The key is derived: a ticket is no token of a user, nor the other way round. */
export function createViewTickets(secret: string, now: () => Date = () => new Date()): ViewTickets {
  const key = createHmac('sha256', secret).update('ghostly viewer ticket').digest();
  return {
    async issue(runId) {
      const until = Math.floor(now().getTime() / 1_000) + LIFETIME_S;
      const ticket = await new SignJWT()
        .setProtectedHeader({ alg: ALGORITHM })
        .setSubject(runId)
        .setIssuer(CLAIMS.issuer)
        .setAudience(CLAIMS.audience)
        .setExpirationTime(until)
        .sign(key);
      return { ticket, expiresAt: new Date(until * 1_000) };
    },
    async read(ticket) {
      const how = { ...CLAIMS, algorithms: [ALGORITHM], currentDate: now(), requiredClaims: ['sub', 'exp'] };
      return jwtVerify(ticket, key, how).then(
        ({ payload }) => payload.sub,
        () => undefined,
      );
    },
  };
}
