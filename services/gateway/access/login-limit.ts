/*
 * How often a login may fail: per address, per account and address, and, from addresses that are new to the account, per
 * account, so that whoever guesses does not lock out its user. Owns no count: that is in the database, for all gateways.
 * Accounts that do not exist are counted like those that do, so that nothing can be learned from a refusal.
 */
import {
  countLoginAttempt,
  deleteOldLoginAttempts,
  type LoginAttempt,
  type LoginLimits,
  resetLoginAttempts,
} from '#shared/database/accounts/login-attempts.ts';
import type { Sql } from '#shared/database/sql.ts';
import type { Log } from '#shared/process/log.ts';
import { RequestError } from '../http/errors.ts';

const LOGIN_LIMITS: LoginLimits = {
  ofAccountFromAddress: 10,
  ofAccount: 200,
  ofAddress: 50,
  windowMs: 15 * 60_000,
};

export interface LoginLimit {
  /** Lets one attempt through. Rejects with "too many logins" when there were too many. */
  admit(attempt: LoginAttempt): Promise<void>;
  /** The attempt has succeeded: it does not count, and the account starts afresh from there. */
  reset(attempt: LoginAttempt, userId: string): Promise<void>;
}

export function createLoginLimit({ sql, log }: { sql: Sql; log: Pick<Log, 'warn'> }): LoginLimit {
  let cleaned = -Number.MAX_VALUE;

  /** Beside the attempt, and seldom. */
  const clean = () => {
    if (performance.now() - cleaned < LOGIN_LIMITS.windowMs) return;
    cleaned = performance.now();
    deleteOldLoginAttempts(sql).catch((error: unknown) =>
      log.warn({ err: error }, 'old login attempts were not deleted'),
    );
  };

  return {
    async admit(attempt) {
      const waitMs = await countLoginAttempt(sql, attempt, LOGIN_LIMITS);
      clean();
      if (waitMs === undefined) return;
      throw new RequestError('too_many_logins', { retryAfterS: Math.max(1, Math.ceil(waitMs / 1_000)) });
    },
    reset: (attempt, userId) => resetLoginAttempts(sql, attempt, userId),
  };
}
