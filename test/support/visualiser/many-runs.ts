import { rows } from '../database/rows.ts';

/** Copies of a final run, a second older each. */
export async function copyRun(databaseUrl: string, id: string, count: number): Promise<void> {
  await rows(
    databaseUrl,
    `insert into runs (id, user_id, project_id, base_url, plan, status, state, snapshot, machine_version, created_at,
       queue_until, finished_at, last_seq)
     select gen_random_uuid(), user_id, project_id, base_url, plan, status, state, snapshot, machine_version,
       created_at - n * interval '1 s', queue_until, created_at - n * interval '1 s' + interval '1 s', last_seq
     from runs, generate_series(1, $2::int) as n where id = $1`,
    [id, count],
  );
}

/** Adds events to a run that nobody owns, as if it went round and round; the gateway finds them within a second. */
export async function addEvents(databaseUrl: string, id: string, count: number): Promise<void> {
  await rows(
    databaseUrl,
    `with run as (select last_seq from runs where id = $1),
     added as (
       insert into events (run_id, seq, type, payload, at)
       select $1, last_seq + n, 'transition', jsonb_build_object(
         'from', case n % 2 when 0 then 'running.stepping.acting' else 'running.stepping.checkpoint' end,
         'to', case n % 2 when 0 then 'running.stepping.checkpoint' else 'running.stepping.acting' end), clock_timestamp()
       from run, generate_series(1, $2::int) as n returning seq)
     update runs set last_seq = (select max(seq) from added) where id = $1`,
    [id, count],
  );
}
