import { type Bus, openBus } from '#shared/bus/bus.ts';
import { connectDatabase } from '#shared/database/connect.ts';
import { migrateWhenReachable } from '#shared/database/migrate.ts';
import { openStatements } from '#shared/database/open-statements.ts';
import type { Sql } from '#shared/database/sql.ts';
import type { ServiceContext } from '#shared/process/service.ts';
import type { Incarnation } from './incarnation.ts';

export interface Connections {
  sql: Sql;
  /** For heartbeats alone. */
  renewals: Sql;
  bus: Bus;
}

/** Opens what a runner needs of PostgreSQL and NATS; `resources` closes it. */
export async function openConnections(
  { name, config, timing, statementTimeoutMs }: Incarnation,
  { log, stopping, resources }: ServiceContext,
): Promise<Connections> {
  const common = {
    url: config.DATABASE_URL,
    applicationName: name,
    lockTimeoutMs: Math.max(250, timing.heartbeat / 2),
  };
  await migrateWhenReachable(config.DATABASE_URL, stopping, log);
  const database = resources.use(
    await connectDatabase({
      ...common,
      poolSize: Math.min(config.RUNNER_SLOTS, 16) + 4,
      statementTimeoutMs,
    }),
  );
  // Heartbeats have connections of their own, so that none waits behind a commit. Their timeout is the time within which an
  // answer still counts.
  const renewals = resources.use(
    await openStatements({ ...common, poolSize: 8, statementTimeoutMs: timing.fence }),
  );
  const bus = resources.use(openBus({ url: config.NATS_URL, name, log }));
  return { sql: database.sql, renewals: renewals.sql, bus };
}
