import type { PoolConfig } from 'pg';

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

/** Plans are made once per connection, for whatever values may come. */
export const SESSION_OPTIONS = '-c plan_cache_mode=force_generic_plan -c jit=off';

/** Connections are kept, with the plans of their prepared statements. */
const IDLE_MS = 600_000;

const STATEMENT_MS = 5_000;
const LOCK_MS = 2_000;
/** A process that stops inside a transaction must not keep its locks. */
const IDLE_IN_TRANSACTION_MS = 1_000;

/** Size of a pool. Its connections are made when they are needed. */
export const poolSizeOptions = ({ poolSize = 10 }: DatabaseOptions) => ({
  min: 0,
  max: poolSize,
  idleTimeoutMillis: IDLE_MS,
});

/** Options of each of its connections. */
export function connectionOptions(options: DatabaseOptions): PoolConfig {
  const { applicationName, statementTimeoutMs = STATEMENT_MS } = options;
  return {
    application_name: applicationName,
    connectionTimeoutMillis: 2_000,
    query_timeout: statementTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 1_000,
    ...(options.pooled ? { pipeline: true } : startupOptions(options)),
  };
}

/** Options of a connection to the server itself, for as long as it lasts. */
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
