import type { EntityManager, MikroORM } from '@mikro-orm/postgresql';
import { untilFirstSuccess } from '#shared/platform/async/until-first-success.ts';
import { beginOf, type DatabaseOptions } from './connection-options.ts';
import { closePool, openPool } from './pool.ts';
import { createSql, type Sql } from './sql.ts';

/**
 * The connections of a process that may need the ORM: guarded statements through `sql`, accounts through the ORM. Loading
 * the ORM costs 0.3 s and 15 MiB, so it waits for the first use: most processes never need it.
 */
export interface Database extends AsyncDisposable {
  sql: Sql;
  /** A new one each time, for one piece of work. */
  entities(): Promise<EntityManager>;
  orm(): Promise<MikroORM>;
}

export function connectDatabase(options: DatabaseOptions): Database {
  const pool = openPool(options);
  const orm = untilFirstSuccess(async () => (await import('./orm.ts')).openOrm(pool));
  return {
    sql: createSql(pool, beginOf(options)),
    orm,
    entities: async () => (await orm()).em.fork(),
    [Symbol.asyncDispose]: () => closePool(pool),
  };
}
