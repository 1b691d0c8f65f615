import { MikroORM, type Options } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import { settlesWithin } from '../process/settles-within.ts';
import { ENTITIES } from './entities/all.ts';
import { createSql, type Sql } from './sql.ts';

/** One process's way to PostgreSQL: single guarded statements through `sql`, everything else through the ORM. */
export interface Database extends AsyncDisposable {
  sql: Sql;
  orm: MikroORM;
}

export interface DatabaseOptions {
  url: string;
  /** Through a transaction pooler: nothing can be set for a connection, only for a transaction. */
  pooled?: boolean | undefined;
  /** Shown in `pg_stat_activity`. */
  applicationName: string;
  poolSize?: number;
  /** How long one statement may take before its outcome counts as unknown, ms. */
  statementTimeoutMs?: number;
  /** How long a statement waits for a row lock, ms. */
  lockTimeoutMs?: number;
}

export async function connectDatabase(options: DatabaseOptions): Promise<Database> {
  const orm = await MikroORM.init(ormOptions(options));
  const pool = (await orm.em.getConnection().getNativeClient()) as unknown as Pool;
  return { sql: createSql(pool, beginOf(options)), orm, [Symbol.asyncDispose]: () => closeOrm(orm) };
}

const CLOSE_MS = 2_000;

/** Closes its connections. One that broke at a bad moment keeps its pool from ever saying so: that is not waited for. */
export async function closeOrm(orm: MikroORM): Promise<void> {
  await settlesWithin(orm.close(true), CLOSE_MS);
}

/** Plans are made once per connection, for whatever values may come. */
export const SESSION_OPTIONS = '-c plan_cache_mode=force_generic_plan -c jit=off';

/** Connections are kept, with the plans of their prepared statements. */
const IDLE_MS = 600_000;

const STATEMENT_MS = 5_000;
const LOCK_MS = 2_000;
/** A process that stops inside a transaction must not keep its locks. */
const IDLE_IN_TRANSACTION_MS = 1_000;

export function ormOptions(options: DatabaseOptions): Options {
  const { url, applicationName, poolSize = 10, statementTimeoutMs = STATEMENT_MS } = options;
  return {
    clientUrl: url,
    entities: ENTITIES,
    // Else opening would ask the server whether the database is there, and fail while it is away.
    ensureDatabase: false,
    pool: { min: 0, max: poolSize, idleTimeoutMillis: IDLE_MS },
    driverOptions: {
      application_name: applicationName,
      connectionTimeoutMillis: 2_000,
      query_timeout: statementTimeoutMs,
      keepAlive: true,
      keepAliveInitialDelayMillis: 1_000,
      ...(options.pooled ? { pipeline: true } : startupOptions(options)),
    },
    logger: () => undefined,
    discovery: { warnWhenNoEntities: false },
  };
}

/** Of a connection to the server itself, for as long as it lasts. */
function startupOptions({ statementTimeoutMs, lockTimeoutMs }: DatabaseOptions) {
  return {
    options: SESSION_OPTIONS,
    statement_timeout: statementTimeoutMs ?? STATEMENT_MS,
    lock_timeout: lockTimeoutMs ?? LOCK_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
  };
}

/** The same for one transaction; undefined if the connection has it all. */
export function beginOf({ pooled, statementTimeoutMs, lockTimeoutMs }: DatabaseOptions): string | undefined {
  if (!pooled) return undefined;
  return `begin; set local statement_timeout = ${statementTimeoutMs ?? STATEMENT_MS}; \
set local lock_timeout = ${lockTimeoutMs ?? LOCK_MS}; \
set local idle_in_transaction_session_timeout = ${IDLE_IN_TRANSACTION_MS}; \
set local plan_cache_mode = force_generic_plan; set local jit = off`;
}
