import { MikroORM, type Options } from '@mikro-orm/postgresql';
import { PostgresDialect } from 'kysely';
import { Client, type Pool } from 'pg';
import { ENTITIES } from './entities/all.ts';

/** The ORM on connections that are the caller's, to be closed by the caller. */
export const openOrm = (
  pool: Pool,
  more: Pick<Options, 'extensions' | 'migrations'> = {},
): Promise<MikroORM> =>
  MikroORM.init({
    driverOptions: new PostgresDialect({ pool }),
    // The migrator looks for it on the server, and makes it. A client reads its name from the URL, and does not connect.
    dbName: new Client(pool.options).database!,
    entities: ENTITIES,
    // Else opening would ask the server whether the database is there, and fail while it is away.
    ensureDatabase: false,
    logger: () => undefined,
    discovery: { warnWhenNoEntities: false },
    ...more,
  });
