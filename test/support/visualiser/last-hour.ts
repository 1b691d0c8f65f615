import { rows } from '../database/rows.ts';

/** Fills the last hour of the system with what might have been: a busy time in its middle, and two minutes that are missing. */
export async function fillLastHour(databaseUrl: string): Promise<void> {
  await rows(databaseUrl, 'delete from system_samples', []);
  await rows(
    databaseUrl,
    `insert into system_samples (at, waiting, oldest_ms, running, cancelling, slots, passed, failed, cancelled, lost, wait_ms,
       cancel_ms, slowest_cancel_ms)
     select date_trunc('minute', clock_timestamp()) - n * interval '1 minute', busy, busy * 900, least(7, busy),
       (n % 7 = 0)::int, 8, 10 + busy, busy / 4, (n % 7 = 0)::int * 3, (n = 30)::int * 2, 200 + busy * 150,
       case when n % 7 = 0 then 40 end, case when n % 7 = 0 then 40 + busy * 20 end
     from (select n, greatest(0, 20 - abs(n - 30)) as busy from generate_series(0, 59) as n) as minutes
     where n not in (12, 13)`,
    [],
  );
}
