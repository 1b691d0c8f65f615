/*
 * The runner's ways to PostgreSQL and NATS. Heartbeats go over its session (`claim/hold-session.ts`); this is for the rest.
 */
import { type Bus, openBus } from '#shared/adapters/bus/bus.ts';
import { type Frames, openFrames } from '#shared/adapters/bus/live/frames.ts';
import { migrateWhenReachable } from '#shared/adapters/database/migrate.ts';
import { openStatements } from '#shared/adapters/database/open-statements.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { databaseAddress } from '#shared/platform/config/database-address.ts';
import type { ServiceContext } from '#shared/platform/process/service.ts';
import type { Incarnation } from './incarnation.ts';
import { paceStatements } from './paced-statements.ts';

export interface RunnerConnections {
  /** Statements of commits. */
  sql: Sql;
  /** Statements of claims: in turns with commits, refused if late, and one by one, as they may wait for other runners. */
  claims: Sql;
  /** Whether the database answers those about as fast as they come. */
  keepsUp(): boolean;
  /** Statements of heartbeats while the session has no connection. */
  spare: Sql;
  bus: Bus;
  /** The pictures of pages that are watched live. */
  frames: Frames;
}

/** The default; see `docs/decisions/connections.md`. */
const CONNECTIONS = 2;
/** One for each heartbeat that may be unanswered before the fence; closed when idle for so long. */
const SPARE = { poolSize: 4, idleMs: 10_000 };

/** Opens what a runner needs of PostgreSQL and NATS; `resources` closes it. */
export async function openRunnerConnections(
  { name, config, timing, statementTimeoutMs, lockTimeoutMs }: Incarnation,
  { log, stopping, resources }: ServiceContext,
): Promise<RunnerConnections> {
  const { url, pooled, sessionUrl } = databaseAddress(config);
  const { GHOSTLY_DATABASE_CONNECTIONS: poolSize = CONNECTIONS } = config;
  await migrateWhenReachable(sessionUrl, stopping, log);
  // A pooler sets the name for each transaction anew if it differs.
  const applicationName = pooled ? 'ghostly' : name;
  const { sql } = resources.use(
    openStatements({ url, pooled, poolSize, applicationName, statementTimeoutMs, lockTimeoutMs }),
  );
  const spare = resources.use(
    openStatements({
      url: sessionUrl,
      applicationName: name,
      ...SPARE,
      statementTimeoutMs: timing.fence,
      lockTimeoutMs,
    }),
  );
  const bus = resources.use(openBus({ url: config.NATS_URL, name, log }));
  const frames = resources.use(openFrames({ url: config.NATS_URL, name, log }));
  // Without turns one that finds no connection free within a while would be refused, and go to the end.
  const paced = paceStatements(sql, {
    atOnce: poolSize,
    slowMs: timing.heartbeat / 4,
    now: () => performance.now(),
  });
  return { ...paced, spare: spare.sql, bus, frames };
}
