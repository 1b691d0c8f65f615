import { Client } from 'pg';
import { MIGRATIONS } from '../migrations/all.ts';
import { forecastStage, type StageForecast, type TableSize } from './estimate.ts';
import { pendingOf } from './pending.ts';
import type { OnlineMigration, Stage } from './stage.ts';

export interface Forecast {
  /** Sizes of the tables that would be locked. */
  tables: readonly TableSize[];
  migrations: readonly { name: string; stages: readonly StageForecast[] }[];
}

const TIMEOUT_MS = 30_000;

/** What `migrate` would lock, and for about how long. Changes nothing, and locks nothing. */
export async function forecastMigrations(
  databaseUrl: string,
  migrations: readonly OnlineMigration[] = MIGRATIONS,
): Promise<Forecast> {
  const client = new Client({
    connectionString: databaseUrl,
    application_name: 'ghostly-forecast',
    options: '-c default_transaction_read_only=on',
    connectionTimeoutMillis: 5_000,
    query_timeout: TIMEOUT_MS,
    statement_timeout: TIMEOUT_MS,
  });
  client.on('error', () => undefined); // the query in flight says so
  await client.connect();
  try {
    const pending = await pendingOf(client, migrations);
    const sizes = new Map((await client.query<TableSize>(SIZES)).rows.map((size) => [size.table, size]));
    const forecasts = [];
    for (const { name, stages } of pending)
      forecasts.push({ name, stages: await forecastStages(client, stages, sizes) });
    const locked = new Set(forecasts.flatMap(({ stages }) => stages.flatMap(tablesOf)));
    return { tables: [...sizes.values()].filter(({ table }) => locked.has(table)), migrations: forecasts };
  } finally {
    await client.end();
  }
}

const tablesOf = ({ locks }: StageForecast) => locks.map(({ table }) => table);

/** A table that was never analysed has -1 rows there. */
const SIZES = `
select c.relname as "table", greatest(c.reltuples::float8, s.n_live_tup::float8, 0) as rows,
  pg_relation_size(c.oid)::float8 as bytes
from pg_class as c left join pg_stat_all_tables as s on s.relid = c.oid
where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r' order by 3 desc, 1`;

async function forecastStages(client: Client, stages: readonly Stage[], sizes: Map<string, TableSize>) {
  const forecasts: StageForecast[] = [];
  for (const stage of stages) {
    if (stage.unless !== undefined && (await tryRows(client, stage.unless)).length > 0) continue;
    forecasts.push(forecastStage(stage, sizes, await countOf(client, stage)));
  }
  return forecasts;
}

async function countOf(client: Client, stage: Stage): Promise<number | undefined> {
  if (stage.kind !== 'backfill' || stage.count === undefined) return undefined;
  const [counted] = await tryRows(client, stage.count);
  return counted?.count ?? 0;
}

/** What asks for tables or columns that an earlier stage would make finds nothing. */
async function tryRows(client: Client, text: string): Promise<{ count: number }[]> {
  try {
    return (await client.query<{ count: number }>(text)).rows;
  } catch (error) {
    if (error instanceof Error && 'code' in error && /^42(P01|703)$/.test(String(error.code))) return [];
    throw error;
  }
}
