/*
 * npm run bench:retention [runs]: what it costs to delete a day of ended runs, one by one and as a day, in time and
 * in WAL. PostgreSQL is thrown away, and not synced to disk. Three events, one step and two status changes a run; no
 * artifacts.
 */
import { deleteRunsOfDay, dropDay, hasRunsToKeep } from '#shared/adapters/database/days/drop.ts';
import { keepDays } from '#shared/adapters/database/days/keep.ts';
import { migrate } from '#shared/adapters/database/migrate.ts';
import { deleteRun, findExpired } from '#shared/adapters/database/runs/retention.ts';
import { createSql, type Sql } from '#shared/adapters/database/sql.ts';
import type { Day } from '#shared/domain/run/day.ts';
import { createOwner } from '../test/support/database/accounts.ts';
import { dayFromNow, makeDay } from '../test/support/database/days.ts';
import { queueRun } from '../test/support/database/runs.ts';
import { startThrowawayPostgres } from './support/throwaway-postgres.ts';

const RUNS = Number(process.argv[2] ?? 100_000);
/** One by one is looked at for so many, and multiplied. */
const ONE_BY_ONE = Math.min(RUNS, 10_000);
const DAYS = 30;
const PAGE = 500;

await using postgres = await startThrowawayPostgres();
const pool = postgres.connect({ max: 2 });
await migrate(postgres.url);
await keepDays(postgres.url);
await bench(createSql(pool));

async function bench(sql: Sql): Promise<void> {
  const day = dayFromNow(-40);
  await makeDay(sql, day);
  await fill(sql, day);
  const one = await measure(sql, () => deleteOneByOne(sql));
  const factor = RUNS / ONE_BY_ONE;
  report(`one by one (${ONE_BY_ONE} of them, times ${factor})`, one.ms * factor, one.bytes * factor);
  const rows = await measure(sql, async () => {
    if (await hasRunsToKeep(sql, day, DAYS)) throw new Error('there are runs to keep');
    let last: string | undefined;
    do last = (await deleteRunsOfDay(sql, day, DAYS, last)).at(-1);
    while (last !== undefined);
  });
  const left = RUNS / (RUNS - ONE_BY_ONE || RUNS);
  report('as a day: rows of runs', rows.ms * left, rows.bytes * left);
  const dropped = await measure(sql, async () => {
    if (!(await dropDay(sql, day))) throw new Error('the day was not dropped');
  });
  report('as a day: the partitions', dropped.ms, dropped.bytes);
}

function report(what: string, ms: number, bytes: number): void {
  const [seconds, megabytes] = [ms / 1_000, bytes / 1_000_000];
  console.log(`${RUNS} runs, ${what}: ${seconds.toFixed(2)} s, ${megabytes.toFixed(1)} MB of WAL`);
}

async function measure(sql: Sql, work: () => Promise<void>): Promise<{ ms: number; bytes: number }> {
  await sql.rows('checkpoint');
  const before = await sql.row<{ at: string }>('select pg_current_wal_insert_lsn()::text as at');
  const begun = performance.now();
  await work();
  const ms = performance.now() - begun;
  const { bytes } = (await sql.row<{ bytes: number }>(
    'select (pg_current_wal_insert_lsn() - $1::pg_lsn)::float8 as bytes',
    [before!.at],
  ))!;
  return { ms, bytes };
}

async function deleteOneByOne(sql: Sql): Promise<void> {
  for (let deleted = 0; deleted < ONE_BY_ONE; deleted += PAGE)
    for (const id of await findExpired(sql, DAYS, PAGE)) await deleteRun(sql, id);
}

async function fill(sql: Sql, day: Day): Promise<void> {
  const { id } = await queueRun(sql, await createOwner(sql));
  await sql.rows('alter table runs disable trigger user');
  await sql.rows(
    `insert into runs (id, user_id, project_id, base_url, plan, state, snapshot, machine_version, queue_until, status, owner, last_seq, finished_at, created_at)
     select (substr(time, 1, 8) || '-' || substr(time, 9) || '-7' || substr(gen_random_uuid()::text, 16))::uuid, user_id, project_id, base_url, plan, 'pass', snapshot,
       machine_version, queue_until, 'pass', user_id, 3, at, at
     from runs, generate_series(1, $3::int) as n
     cross join lateral (select $2::timestamptz + n * interval '50 ms' as at) as moment
     cross join lateral (select lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') as time) as begun
     where id = $1`,
    [id, `${day}T01:00:00Z`, RUNS],
  );
  await sql.rows('alter table runs enable trigger user');
  const ofDay = `from runs cross join generate_series(1, 3) as n where status = 'pass'`;
  await sql.rows(
    `insert into events select id, n, 'x', null, json_build_object('text', repeat('x', 300)), finished_at ${ofDay}`,
  );
  await sql.rows(
    `insert into steps (run_id, index, epoch, action, ok) select id, n, 1, 'goto', true ${ofDay} and n = 1`,
  );
  await sql.rows(
    `insert into status_changes select id, case n when 1 then 'running' else 'pass' end, n, finished_at ${ofDay} and n < 3`,
  );
  await sql.rows('vacuum analyze');
}
