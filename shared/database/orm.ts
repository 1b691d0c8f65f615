import { MikroORM, type Options } from '@mikro-orm/postgresql';
import { PostgresDialect } from 'kysely';
import type { Pool } from 'pg';
import { ENTITIES } from './entities/all.ts';

/** The ORM on connections that are the caller's, to be closed by the caller. */
export const openOrm = (
  pool: Pool,
  more: Pick<Options, 'extensions' | 'migrations'> = {},
): Promise<MikroORM> =>
  MikroORM.init({
    driverOptions: new PostgresDialect({ pool }),
    // Only the version of the server's dialect would be read from it.
    dbName: pool.options.database ?? 'ghostly',
    entities: ENTITIES,
    // Else opening would ask the server whether the database is there, and fail while it is away.
    ensureDatabase: false,
    logger: () => undefined,
    discovery: { warnWhenNoEntities: false },
    ...more,
  });
