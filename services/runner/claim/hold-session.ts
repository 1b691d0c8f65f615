import { hostname } from 'node:os';
import { holdOwnerSession, type OwnerSession } from '#shared/adapters/database/processes/owner-session.ts';
import { registerRunner, removeRunner } from '#shared/adapters/database/processes/runners.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { retryUntilDone } from '#shared/platform/async/retry.ts';
import { settlesWithin } from '#shared/platform/async/settles-within.ts';
import { databaseAddress } from '#shared/platform/config/database-address.ts';
import type { ServiceContext } from '#shared/platform/process/service.ts';
import type { Incarnation } from '../incarnation.ts';

/** How long a runner that leaves tries to say so; if it cannot, it counts as gone when it is not seen any more. */
const LEAVE_MS = 500;

/**
 * Registers this runner, and holds the session by which others see that it lives. Retries until it succeeds. `resources`
 * ends both.
 */
export async function holdSession(
  { id, name, config, timing, slots, sealKeys, lockTimeoutMs }: Incarnation,
  sql: Sql,
  { log, stopping, resources }: Pick<ServiceContext, 'log' | 'stopping' | 'resources'>,
): Promise<OwnerSession> {
  const runner = {
    id,
    host: config.RUNNER_NAME ?? hostname(),
    pid: process.pid,
    slots: slots.count,
    labels: config.GHOSTLY_LABELS,
    sealKeys: [...(sealKeys?.all.keys() ?? [])],
  };
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
  resources.defer(async () => {
    const leaving = removeRunner(sql, id).catch((error: unknown) =>
      log.debug({ err: error }, 'could not say that this runner leaves'),
    );
    await settlesWithin(leaving, LEAVE_MS);
  });
  const session = await retryUntilDone(register, { firstMs: 100, maxMs: 2_000 }, stopping, (error) =>
    log.warn({ err: error }, 'could not register this runner yet'),
  );
  return resources.use(session);
}
