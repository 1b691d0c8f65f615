import { type Bus, openBus } from '#shared/adapters/bus/bus.ts';
import { type Frames, openFrames } from '#shared/adapters/bus/live/frames.ts';
import { connectDatabase, type Database } from '#shared/adapters/database/connect.ts';
import { listenedTo } from '#shared/adapters/database/listened-to.ts';
import { TAKES_WRITES } from '#shared/adapters/database/writable.ts';
import { databaseAddress } from '#shared/platform/config/database-address.ts';
import { timingOf } from '#shared/platform/config/timing.ts';
import type { ServiceContext } from '#shared/platform/process/service.ts';
import { type CallerTurns, createCallerTurns } from './access/caller-turns.ts';
import { type Budgets, CONNECTIONS, changesOfOneUser, divide } from './budgets.ts';
import type { Variables } from './gateway-config.ts';
import { createReach, type Reach } from './service/reach.ts';

export interface GatewayConnections {
  database: Database;
  /** Who may use how many of its connections. */
  budgets: Budgets;
  /** Whose requests are carried out when. */
  turns: CallerTurns;
  /** The database itself, past a pooler. */
  sessionUrl: string;
  bus: Bus;
  /** The pictures of pages that are watched live. */
  frames: Frames;
  /** Whether they answer. */
  reach: Reach;
}

/**
 * The gateway's ways to PostgreSQL and NATS; `resources` closes them. As long as `isMigrated` says that the schema is not
 * the one of this version, the database counts as out of reach.
 */
export async function openGatewayConnections(
  config: Variables,
  isMigrated: () => boolean,
  { log, resources }: Pick<ServiceContext, 'log' | 'resources'>,
): Promise<GatewayConnections> {
  const { GHOSTLY_DATABASE_CONNECTIONS: poolSize = CONNECTIONS } = config;
  const { url, pooled, sessionUrl } = databaseAddress(config);
  const applicationName = pooled ? 'ghostly' : 'ghostly-gateway';
  const database = resources.use(connectDatabase({ url, pooled, applicationName, poolSize }));
  const bus = resources.use(openBus({ url: config.NATS_URL, name: 'ghostly-gateway', log }));
  const frames = resources.use(openFrames({ url: config.NATS_URL, name: 'ghostly-gateway', log }));
  const { sql } = database;
  const checks = {
    database: async () => isMigrated() && (await sql.row(`select where ${TAKES_WRITES}`)) !== undefined,
    nats: () => bus.answers(),
  };
  const turns = createCallerTurns({
    most: config.GHOSTLY_MAX_WAITING_PER_USER,
    changes: changesOfOneUser(poolSize),
  });
  const onSilent = (name: string) => {
    if (name !== 'database') return;
    budgets.refuseWaiting();
    turns.refuseWaiting();
  };
  const { fence: fenceMs } = timingOf(config);
  const reach = resources.use(createReach({ checks, log, fenceMs, onSilent }));
  const budgets = divide(
    listenedTo(sql, () => reach.heard('database')),
    poolSize,
  );
  return { database, budgets, turns, sessionUrl, bus, frames, reach };
}
