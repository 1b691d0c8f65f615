import { databaseAddress } from '#shared/config/database-address.ts';
import { connectDatabase, type Database } from '#shared/database/connect.ts';
import { type Budgets, CONNECTIONS, divide } from './budgets.ts';
import type { Variables } from './gateway-config.ts';

/** The gateway's connections, and who may use how many of them; `resources` closes them. */
export async function openDatabase(
  config: Variables,
  resources: AsyncDisposableStack,
): Promise<{ database: Database; budgets: Budgets; sessionUrl: string }> {
  const { GHOSTLY_DATABASE_CONNECTIONS: poolSize = CONNECTIONS } = config;
  const { url, pooled, sessionUrl } = databaseAddress(config);
  const applicationName = pooled ? 'ghostly' : 'ghostly-gateway';
  const database = resources.use(await connectDatabase({ url, pooled, applicationName, poolSize }));
  return { database, budgets: divide(database.sql, poolSize), sessionUrl };
}
