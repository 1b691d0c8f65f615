import { MikroORM, type Options } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import { settlesWithin } from '../process/settles-within.ts';
import { beginOf, connectionOptions, type DatabaseOptions, sizeOf } from './connection-options.ts';
import { ENTITIES } from './entities/all.ts';
import { createSql, type Sql } from './sql.ts';

/**
 * The way to PostgreSQL of a process that needs the ORM besides: single guarded statements through `sql`, accounts
 * through the ORM. Loading the ORM costs 0.3 s and 30 MiB: who does without has `open-statements.ts`.
 */
export interface Database extends AsyncDisposable {
  sql: Sql;
  orm: MikroORM;
}

export async function connectDatabase(options: DatabaseOptions): Promise<Database> {
  const orm = await MikroORM.init(ormOptions(options));
  const pool = (await orm.em.getConnection().getNativeClient()) as unknown as Pool;
  const close = async () => {
    await closeOrm(orm);
    // The ORM leaves the pool open if it never sent a statement itself.
    if (!pool.ending) await settlesWithin(pool.end(), CLOSE_MS);
  };
  return { sql: createSql(pool, beginOf(options)), orm, [Symbol.asyncDispose]: close };
}

const CLOSE_MS = 2_000;

/** Closes its connections. One that broke at a bad moment keeps its pool from ever saying so: that is not waited for. */
export async function closeOrm(orm: MikroORM): Promise<void> {
  await settlesWithin(orm.close(true), CLOSE_MS);
}

export const ormOptions = (options: DatabaseOptions): Options => ({
  clientUrl: options.url,
  entities: ENTITIES,
  // Else opening would ask the server whether the database is there, and fail while it is away.
  ensureDatabase: false,
  pool: sizeOf(options),
  driverOptions: connectionOptions(options),
  logger: () => undefined,
  discovery: { warnWhenNoEntities: false },
});
