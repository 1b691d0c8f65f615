/*
 * The supervisor's connections to PostgreSQL, divided so that nothing that may be slow takes those of what must not be
 * (I14), and its session, which shows that it is there.
 */
import { inTurns, untilOver } from '#shared/adapters/database/in-turns.ts';
import { listenedTo } from '#shared/adapters/database/listened-to.ts';
import { migrateWhenReachable } from '#shared/adapters/database/migrate.ts';
import { openStatements } from '#shared/adapters/database/open-statements.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import type { Config } from '#shared/platform/config/config.ts';
import { databaseAddress } from '#shared/platform/config/database-address.ts';
import type { READ_BY } from '#shared/platform/config/services.ts';
import type { ServiceContext } from '#shared/platform/process/service.ts';
import { checkRetention } from './check-retention.ts';

export interface SupervisorConnections extends Divided {
  /** A connection to the server itself, under this supervisor's name, for its leadership alone. */
  session: Sql;
}

interface Divided {
  /** Requests to finalise a run. One connection is always for these. */
  requests: Sql;
  /** One more is always for these and for requests. */
  sweeps: Sql;
  /** Publishes what no owner does. Like upkeep, it is left to the next leader when this process is asked to stop. */
  relay: Sql;
  /** Looks that dashboards and alerts wait for, and the samples of minutes: some cost as much as several claims. */
  figures: Sql;
  webhooks: Sql;
  /** Schedules that are due: short looks, beside the sweeps. */
  schedules: Sql;
  /** Retention, the index of searches and the like, which may take long. */
  upkeep: Sql;
}

interface Opening extends Pick<ServiceContext, 'log' | 'stopping' | 'resources'> {
  config: Config<(typeof READ_BY.supervisor)[number]>;
  /** The name by which others see that it is there. */
  name: string;
  /** Called with each answer of PostgreSQL. */
  onAnswer(): void;
}

/** The default; see `docs/decisions/connections.md`. */
const CONNECTIONS = 6;
const LOCK_TIMEOUT_MS = 500;
const OVER = 'this process stops';

export async function openSupervisorConnections(opening: Opening): Promise<SupervisorConnections> {
  const { config, name, log, stopping, resources, onAnswer } = opening;
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
  const divided = divideConnections(listenedTo(sql, onAnswer), poolSize, stopping);
  return { session: listenedTo(session.sql, onAnswer), ...divided };
}

/** Six and more connections give relay, figures, webhooks and upkeep a share each that no other takes; with fewer they share what is left. */
export function divideConnections(sql: Sql, connections: number, stopping: AbortSignal): Divided {
  const sweeps = inTurns(sql, connections - 1);
  const background = inTurns(sweeps, Math.max(1, connections - 2));
  const share = Math.max(1, Math.floor(connections / CONNECTIONS));
  const led = untilOver(background, stopping, OVER);
  return {
    requests: inTurns(sql, connections - 1),
    sweeps,
    relay: inTurns(led, share),
    figures: inTurns(led, share),
    webhooks: inTurns(background, share),
    schedules: inTurns(untilOver(sweeps, stopping, OVER), share),
    upkeep: inTurns(led, share),
  };
}
