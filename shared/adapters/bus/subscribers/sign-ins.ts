import { apiSubjects } from '../accounts.ts';
import type { Bus, BusLog, BusSubscription } from '../bus.ts';
import { GATEWAYS } from '../subjects.ts';
import { type Admission, readSignIn, refused, type SignIn, signAdmission } from './claims.ts';
import type { Issuer } from './issuer.ts';

/** Why a sign-in is refused. */
export interface SignInRefusal {
  refused: string;
}

export interface SignInDeps {
  bus: Bus;
  issuer: Issuer;
  log: BusLog;
  admit(signIn: SignIn): Promise<Admission | SignInRefusal>;
}

/** The server waits 2 s. */
export const DECIDED_WITHIN_MS = 1_800;

/**
 * Answers the NATS server's sign-in requests for users that its configuration does not name; gateways share them. A
 * request that cannot be decided is refused at once: the client retries.
 */
export function serveSignIns({ bus, issuer, log, admit }: SignInDeps): BusSubscription {
  const decide = async (signIn: SignIn): Promise<string> => {
    try {
      const decision = await inTime(admit(signIn));
      if ('refused' in decision) return refused(issuer, signIn, decision.refused);
      return signAdmission(issuer, signIn, decision);
    } catch (error) {
      log.warn({ err: error }, 'could not decide a NATS sign-in');
      return refused(issuer, signIn, 'cannot be decided now');
    }
  };

  return bus.respondText(
    apiSubjects.signIn,
    async (jwt) => {
      const signIn = readSignIn(jwt);
      return signIn && (await decide(signIn));
    },
    { queue: GATEWAYS },
  );
}

const TOO_LATE: SignInRefusal = { refused: 'cannot be decided in time' };

function inTime<Decision>(deciding: Promise<Decision>): Promise<Decision | SignInRefusal> {
  const late = Promise.withResolvers<SignInRefusal>();
  const timer = setTimeout(() => late.resolve(TOO_LATE), DECIDED_WITHIN_MS);
  return Promise.race([deciding, late.promise]).finally(() => clearTimeout(timer));
}
