import { Migration, Migrator } from '@mikro-orm/migrations';
import { MikroORM } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import { closeOrm, ormOptions } from '../connect.ts';
import { runStages } from './run-stages.ts';
import type { OnlineMigration } from './stage.ts';

/** An index of a large table takes its time, and nobody waits for it. What others wait for has limits of its own. */
const STATEMENT_MS = 24 * 60 * 60_000;

/** Applies what is pending of these migrations, in their order. The caller holds the lock of the migrations. */
export async function bringUp(
  databaseUrl: string,
  migrations: readonly OnlineMigration[],
  signal: AbortSignal,
): Promise<void> {
  await using orm = await openOrm(databaseUrl, migrations, signal);
  await orm.value.migrator.up();
}

/** The ORM knows which migrations are pending, in which order, and records them. */
async function openOrm(url: string, migrations: readonly OnlineMigration[], signal: AbortSignal) {
  const value = await MikroORM.init({
    ...ormOptions({
      url,
      applicationName: 'ghostly-migrate',
      statementTimeoutMs: STATEMENT_MS,
      lockTimeoutMs: 0,
    }),
    extensions: [Migrator],
    migrations: {
      migrationsList: migrations.map((migration) => ({
        name: migration.name,
        class: ofOrm(migration, signal),
      })),
      snapshot: false,
      allOrNothing: false,
    },
  });
  return { value, [Symbol.asyncDispose]: () => closeOrm(value) };
}

const ofOrm = ({ stages }: OnlineMigration, signal: AbortSignal) =>
  class extends Migration {
    override isTransactional(): boolean {
      return false;
    }
    override async up(): Promise<void> {
      const pool = (await this.driver.getConnection().getNativeClient()) as unknown as Pool;
      await runStages(pool, stages, signal);
    }
  };
