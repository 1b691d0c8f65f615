import { Migration, Migrator } from '@mikro-orm/migrations';
import type { Pool } from 'pg';
import { openOrm } from '../orm.ts';
import { closePool, openPool } from '../pool.ts';
import { runStages } from './run-stages.ts';
import type { OnlineMigration } from './stage.ts';

/** An index of a large table takes its time, and nobody waits for it. What others wait for has limits of its own. */
const STATEMENT_MS = 24 * 60 * 60_000;

/**
 * Applies what is pending of these migrations, in their order. The ORM knows which are pending, and records them. The
 * caller holds the lock of the migrations.
 */
export async function bringUp(
  url: string,
  migrations: readonly OnlineMigration[],
  signal: AbortSignal,
): Promise<void> {
  const limits = { statementTimeoutMs: STATEMENT_MS, lockTimeoutMs: 0 };
  const pool = openPool({ url, applicationName: 'ghostly-migrate', ...limits });
  await using _ = { [Symbol.asyncDispose]: () => closePool(pool) };
  const migrationsList = migrations.map((migration) => ({
    name: migration.name,
    class: ofOrm(migration, pool, signal),
  }));
  const orm = await openOrm(pool, {
    extensions: [Migrator],
    migrations: { migrationsList, snapshot: false, allOrNothing: false },
  });
  await orm.migrator.up();
}

const ofOrm = ({ stages }: OnlineMigration, pool: Pool, signal: AbortSignal) =>
  class extends Migration {
    override isTransactional(): boolean {
      return false;
    }
    override async up(): Promise<void> {
      await runStages(pool, stages, signal);
    }
  };
