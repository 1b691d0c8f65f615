/*
 * Limits failed logins: per address, per account and address, and for addresses new to the account per account, so
 * that guessing locks out nobody. The database counts, for all gateways; unknown accounts count alike: a refusal
 * reveals nothing.
 */
import {
  countLoginAttempt,
  deleteOldLoginAttempts,
  type LoginAttempt,
  type LoginLimits,
  resetLoginAttempts,
} from '#shared/adapters/database/accounts/login-attempts.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import type { Log } from '#shared/platform/log/log.ts';
import { RequestError } from '../http/errors.ts';

const LOGIN_LIMITS: LoginLimits = {
  ofAccountFromAddress: 10,
  ofAccount: 200,
  ofAddress: 50,
  windowMs: 15 * 60_000,
};

export interface LoginLimit {
  /** Admits one attempt, or rejects with "too many logins". */
  admit(attempt: LoginAttempt): Promise<void>;
  /** The attempt succeeded: it does not count, and the count of the account from this address is reset. */
  reset(attempt: LoginAttempt, userId: string): Promise<void>;
}

export function createLoginLimit({ sql, log }: { sql: Sql; log: Pick<Log, 'warn'> }): LoginLimit {
  let cleaned = -Number.MAX_VALUE;

  /** Runs in the background, and rarely. */
  const clean = () => {
    if (performance.now() - cleaned < LOGIN_LIMITS.windowMs) return;
    cleaned = performance.now();
    deleteOldLoginAttempts(sql).catch((error: unknown) =>
      log.warn({ err: error }, 'old login attempts could not be deleted'),
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
