import type { Client } from 'pg';
import type { OnlineMigration } from './stage.ts';

/** Those that the ORM has not recorded as applied. */
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
  return migrations.filter(({ name }) => !names.has(name));
}
