import type { Client } from 'pg';
import { ConfigError } from '#shared/platform/config/config.ts';
import type { OnlineMigration } from './stage.ts';

const MADE_BEFORE = `this database was made before version 0.1.0, from which there is no upgrade: set DATABASE_URL to an empty \
database or, if it belongs to \`ghostly up\`, remove the folder GHOSTLY_HOME (.ghostly), and start again`;

/**
 * Those that the ORM has not recorded as applied. Further ones that it has are of a later version, beside which this one
 * may run. @throws ConfigError if it has some, but not the first one
 */
export async function pendingOf(
  client: Client,
  migrations: readonly OnlineMigration[],
): Promise<readonly OnlineMigration[]> {
  const { rows } = await client.query<{ there: boolean }>(
    `select to_regclass('mikro_orm_migrations') is not null as there`,
  );
  if (!rows[0]?.there) return migrations;
  const applied = await client.query<{ name: string }>('select name from mikro_orm_migrations');
  const names = new Set(applied.rows.map(({ name }) => name));
  const pending = migrations.filter(({ name }) => !names.has(name));
  if (names.size > 0 && pending[0] === migrations[0]) throw new ConfigError(MADE_BEFORE);
  return pending;
}
