/*
 * The gateways, as each tells of itself every few seconds, and what they could not reach. A gateway holds no session of its
 * own: that one is gone shows by its silence, or it has taken its row away.
 */
import type { Sql } from '../sql.ts';

/** How a gateway reaches a server. */
export interface ServerLook {
  answers: boolean;
  /** ISO 8601: since when it does, or does not. */
  since: string;
  /** How long its last answer took, ms. */
  latencyMs?: number;
}

/** Keyed by the name of the server: `database`, `nats`. */
export type ServerLooks = Readonly<Record<string, ServerLook>>;

/** A server that a gateway did not reach. Times in ISO 8601. */
export interface EndedOutage {
  name: string;
  since: string;
  until: string;
}

export interface GatewayReport {
  id: string;
  host: string;
  pid: number;
  looks: ServerLooks;
  /** What has ended since the last report that was stored. */
  ended: readonly EndedOutage[];
}

/** How long outages are kept, and rows of gateways that were killed. */
const KEPT = `interval '3 hours'`;

export async function reportGateway(sql: Sql, { ended, looks, ...gateway }: GatewayReport): Promise<void> {
  await sql.rows(REPORT, { ...gateway, looks: JSON.stringify(looks), ended: JSON.stringify(ended) });
}

const REPORT = `
with forgotten as (
  delete from gateways where seen_at < (select clock_timestamp() - ${KEPT})
), forgotten_outages as (
  delete from outages where until < (select clock_timestamp() - ${KEPT})
), stored as (
  insert into outages (gateway_id, name, since, until)
  select :id::uuid, name, since, until
  from json_to_recordset(:ended::json) as ended (name text, since timestamptz, until timestamptz)
  on conflict do nothing
)
insert into gateways (id, host, pid, looks) values (:id, :host, :pid, :looks::jsonb)
on conflict (id) do update set seen_at = clock_timestamp(), looks = excluded.looks`;

export async function removeGateway(sql: Sql, id: string): Promise<void> {
  await sql.rows('delete from gateways where id = :id', { id });
}

export interface GatewayRow {
  id: string;
  host: string;
  pid: number;
  looks: ServerLooks;
  startedAt: Date;
  seenAt: Date;
  silent: boolean;
}

/** Those that were heard in the last minutes, the oldest first. */
export const readGateways = (sql: Sql, silentMs: number): Promise<GatewayRow[]> =>
  sql.rows<GatewayRow>(READ, { silentMs });

const READ = `
select id, host, pid, looks, started_at as "startedAt", seen_at as "seenAt",
  seen_at < clock_timestamp() - :silentMs::float8 * interval '1 ms' as silent
from gateways where seen_at > (select clock_timestamp() - interval '5 minutes') order by started_at, id limit 200`;

export interface OutageRow {
  name: string;
  since: Date;
  /** Null while it goes on. */
  until: Date | null;
}

/** What gateways did not reach within the last hour, each as it noticed it, the oldest first. */
export const readPastOutages = (sql: Sql, silentMs: number): Promise<OutageRow[]> =>
  sql.rows<OutageRow>(READ_OUTAGES, { silentMs });

const READ_OUTAGES = `
select name, since, until from outages where until > (select clock_timestamp() - interval '1 hour')
union all
select name, (look ->> 'since')::timestamptz, null from gateways cross join lateral jsonb_each(looks) as each (name, look)
where look -> 'answers' = 'false' and seen_at > (select clock_timestamp() - :silentMs::float8 * interval '1 ms')
order by since limit 1000`;

/** What gateways did not reach of PostgreSQL around this time, the last first. */
export const readDatabaseOutages = (sql: Sql, at: Date): Promise<{ since: Date; until: Date }[]> =>
  sql.rows<{ since: Date; until: Date }>(
    `select since, until from outages
     where name = 'database' and until > :at::timestamptz - interval '1 minute' and since < :at::timestamptz + interval '1 minute'
     order by since desc limit 100`,
    { at },
  );
