import { hostname } from 'node:os';
import { databaseAddress } from '#shared/config/database-address.ts';
import { holdOwnerSession, type OwnerSession } from '#shared/database/processes/owner-session.ts';
import { registerRunner } from '#shared/database/processes/runners.ts';
import type { Sql } from '#shared/database/sql.ts';
import { retryUntilDone } from '#shared/process/backoff.ts';
import type { ServiceContext } from '#shared/process/service.ts';
import type { Incarnation } from '../incarnation.ts';

/** Registers this runner, and holds the session by which others see that it lives. Retries until it succeeds. */
export async function holdSession(
  { id, name, config, timing, lockTimeoutMs }: Incarnation,
  sql: Sql,
  { log, stopping }: Pick<ServiceContext, 'log' | 'stopping'>,
): Promise<OwnerSession> {
  const runner = { id, host: hostname(), pid: process.pid, slots: config.RUNNER_SLOTS };
  const register = async () =>
    holdOwnerSession({
      url: databaseAddress(config).sessionUrl,
      lockKey: await registerRunner(sql, runner),
      applicationName: `${name} session`.slice(0, 63),
      retryMs: 250,
      // The time within which the answer to a heartbeat still counts.
      answerMs: timing.fence,
      lockTimeoutMs,
      onLost: (error) =>
        log.warn({ err: error }, 'the database session that shows this runner is alive was lost'),
    });
  return retryUntilDone(register, { firstMs: 100, maxMs: 2_000 }, stopping, (error) =>
    log.warn({ err: error }, 'could not register this runner yet'),
  );
}
