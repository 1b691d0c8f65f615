/* How many sessions many processes have beside a PgBouncer in transaction mode, and that runs pass through it. */
import { openPgBouncer } from '../../test/support/servers/pgbouncer.ts';
import { openFleet } from './fleet.ts';
import { count, FAILED, FINAL, failures, startRuns, THREE_STEPS, until } from './load.ts';
import { connections } from './meter.ts';
import type { Options } from './options.ts';
import type { BenchPostgres } from './postgres.ts';
import type { Table } from './table.ts';

const SUPERVISORS = 3;
/** Connections of the pooler to PostgreSQL. */
const SERVERS = 20;

export async function measurePooled(postgres: BenchPostgres, options: Options, table: Table): Promise<void> {
  const { gateways, runners, runs } = options;
  await using fleet = await openFleet({ postgres, name: 'pooled' });
  const pooler = await openPgBouncer(fleet.databaseUrl, { servers: SERVERS });
  await using resources = new AsyncDisposableStack();
  resources.defer(pooler.stop);
  const env = { DATABASE_URL: pooler.url, DATABASE_SESSION_URL: fleet.databaseUrl };
  await using _processes = await fleet.start({ gateways, runners, supervisors: SUPERVISORS, env });
  const size = `${runners} runners, ${gateways} gateways, ${SUPERVISORS} supervisors`;
  const direct = () => connections(fleet.database, { direct: true });
  table.figure(`idle sessions beside PgBouncer, ${size}`, await direct(), { most: 110 });
  const began = performance.now();
  await startRuns(fleet, THREE_STEPS, runs);
  let most = 0;
  const watching = setInterval(async () => {
    most = Math.max(most, await direct().catch(() => 0));
  }, 500);
  await until(fleet, FINAL, runs).finally(() => clearInterval(watching));
  const seconds = (performance.now() - began) / 1_000;
  table.figure(`the most of them during ${runs} runs`, Math.max(most, await direct()), { most: 110 });
  table.note(
    'through PgBouncer',
    `${(runs / seconds).toFixed(1)} runs a second, ${await connections(fleet.database)} connections in all`,
  );
  table.figure(`of ${runs} runs through PgBouncer failed`, await count(fleet, FAILED), { most: 0 });
  table.note('why', (await failures(fleet)) ?? 'none failed');
}
