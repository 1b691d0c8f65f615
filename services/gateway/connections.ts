import { type Bus, openBus } from '#shared/bus/bus.ts';
import { databaseAddress } from '#shared/config/database-address.ts';
import { connectDatabase, type Database } from '#shared/database/connect.ts';
import type { ServiceContext } from '#shared/process/service.ts';
import { type Budgets, CONNECTIONS, divide } from './budgets.ts';
import type { Variables } from './gateway-config.ts';

export interface Connections {
  database: Database;
  /** Who may use how many of its connections. */
  budgets: Budgets;
  /** Of the database, past a pooler. */
  sessionUrl: string;
  bus: Bus;
}

/** The gateway's ways to PostgreSQL and NATS; `resources` closes them. */
export async function openConnections(
  config: Variables,
  { log, resources }: Pick<ServiceContext, 'log' | 'resources'>,
): Promise<Connections> {
  const { GHOSTLY_DATABASE_CONNECTIONS: poolSize = CONNECTIONS } = config;
  const { url, pooled, sessionUrl } = databaseAddress(config);
  const applicationName = pooled ? 'ghostly' : 'ghostly-gateway';
  const database = resources.use(await connectDatabase({ url, pooled, applicationName, poolSize }));
  const bus = resources.use(openBus({ url: config.NATS_URL, name: 'ghostly-gateway', log }));
  return { database, budgets: divide(database.sql, poolSize), sessionUrl, bus };
}
