/*
 * The supervisor's connections to PostgreSQL, divided so that no look that may be slow takes those of what must not be
 * (I14), and its session, which shows that it is there.
 */
import { createTurns } from '#shared/async/turns.ts';
import type { Config } from '#shared/config/config.ts';
import { databaseAddress } from '#shared/config/database-address.ts';
import type { READ_BY } from '#shared/config/services.ts';
import { inTurns, untilOver } from '#shared/database/in-turns.ts';
import { migrateWhenReachable } from '#shared/database/migrate.ts';
import { openStatements } from '#shared/database/open-statements.ts';
import type { Sql } from '#shared/database/sql.ts';
import type { ServiceContext } from '#shared/process/service.ts';
import { checkRetention } from './check-retention.ts';

export interface Connections {
  /** To the server itself, under this supervisor's name: for its leadership alone. */
  session: Sql;
  /** For requests to finalise a run. One connection is always for these. */
  requests: Sql;
  sweeps: Sql;
  /** For webhooks, and for upkeep: at most a third. */
  background: Sql;
  /** In the same turns, for relaying, retention and the like. When this process is told to stop, the rest is left to the next leader. */
  upkeep: Sql;
}

interface Opening extends Pick<ServiceContext, 'log' | 'stopping' | 'resources'> {
  config: Config<(typeof READ_BY.supervisor)[number]>;
  /** By which others see that it is there. */
  name: string;
}

/** By default; see `docs/decisions/connections.md`. */
const CONNECTIONS = 3;
const LOCK_TIMEOUT_MS = 500;

export async function openConnections(opening: Opening): Promise<Connections> {
  const { config, name, log, stopping, resources } = opening;
  const { url, pooled, sessionUrl } = databaseAddress(config);
  const { GHOSTLY_DATABASE_CONNECTIONS: poolSize = CONNECTIONS } = config;
  const lockTimeoutMs = LOCK_TIMEOUT_MS;
  await migrateWhenReachable(sessionUrl, stopping, log);
  const session = resources.use(
    openStatements({ url: sessionUrl, applicationName: name, poolSize: 1, lockTimeoutMs }),
  );
  await checkRetention(session.sql, config.GHOSTLY_RETENTION_DAYS, { log, stopping });
  const applicationName = pooled ? 'ghostly' : 'ghostly-supervisor';
  const { sql } = resources.use(openStatements({ url, pooled, applicationName, poolSize, lockTimeoutMs }));
  const sweeps = inTurns(sql, poolSize - 1);
  const share = createTurns(Math.max(1, Math.floor(poolSize / 3)));
  const background = inTurns(sweeps, share);
  const upkeep = inTurns(untilOver(sweeps, stopping, 'this process stops'), share);
  return { session: session.sql, requests: inTurns(sql, poolSize - 1), sweeps, background, upkeep };
}
