import { locksFor, mostDays, readLockRoom } from '#shared/adapters/database/days/room.ts';
import { isDatabaseOutOfReach } from '#shared/adapters/database/errors.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { retryUntilDone } from '#shared/platform/async/retry.ts';
import { ConfigError } from '#shared/platform/config/config.ts';
import type { ServiceContext } from '#shared/platform/process/service.ts';

/** @throws ConfigError if the server cannot hold the locks of so many days: statements would fail at random later. */
export async function checkRetention(
  sql: Sql,
  days: number,
  { log, stopping }: Pick<ServiceContext, 'log' | 'stopping'>,
): Promise<void> {
  const server = await retryUntilDone(
    () => readLockRoom(sql),
    { firstMs: 100, maxMs: 2_000 },
    stopping,
    (error) => log.warn({ err: error }, 'PostgreSQL is out of reach, waiting for it'),
    isDatabaseOutOfReach,
  );
  const needed = locksFor(days, server);
  if (needed <= server.room) return;
  throw new ConfigError(
    `GHOSTLY_RETENTION_DAYS=${days} needs room for ${needed} locks in PostgreSQL, which has it for ${server.room}: set max_locks_per_transaction to ${Math.ceil(needed / server.connections)} or more there, or keep runs for ${Math.max(0, mostDays(server))} days at most`,
  );
}
