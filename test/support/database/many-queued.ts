import { randomUUID } from 'node:crypto';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { MACHINE_VERSION } from '#shared/domain/run/context.ts';
import { giveOwner } from './leases.ts';
import { queueRun } from './runs.ts';

interface Account {
  userId: string;
  projectId: string;
}

const KEY = 'held';

/** Many runs like one that is queued, in one statement. The triggers are off: a held key has no head to be kept. */
async function copies(sql: Sql, account: Account, count: number, values: Record<string, string>) {
  const { id } = await queueRun(sql, account);
  const [names, texts] = [Object.keys(values), Object.values(values)].map((all) =>
    all.map((one) => `, ${one}`).join(''),
  );
  await sql.rows('alter table runs disable trigger user');
  await sql.rows(
    `insert into runs (id, user_id, project_id, base_url, plan, state, snapshot, machine_version, queue_until${names})
     select gen_random_uuid(), user_id, project_id, base_url, plan, state, snapshot, machine_version,
       clock_timestamp() + interval '1 hour'${texts}
     from runs, generate_series(1, $2::int) where id = $1`,
    [id, count],
  );
  await sql.rows('alter table runs enable trigger user');
  await sql.rows('delete from runs where id = $1', [id]);
}

const FINISHED = {
  status: `'pass'`,
  owner: 'gen_random_uuid()',
  claimed_at: 'clock_timestamp()',
  finished_at: 'clock_timestamp()',
};

/** Runs of before, each of another owner. */
export const finished = (sql: Sql, account: Account, count: number) => copies(sql, account, count, FINISHED);

/** Runs that wait for a person without a runner. */
export const parked = (sql: Sql, account: Account, count: number) =>
  copies(sql, account, count, {
    parked_until: `clock_timestamp() + interval '1 day'`,
    claimed_at: 'clock_timestamp()',
  });

/** Runs that wait for one concurrency key that a run on a runner has. */
export async function behindKey(sql: Sql, account: Account, count: number) {
  const { id } = await queueRun(sql, account, { concurrencyKey: KEY });
  await giveOwner(sql, id, randomUUID());
  await copies(sql, account, count, { concurrency_key: `'${KEY}'` });
}

/** Runs that wait with one concurrency key, of which the next may be claimed. */
export async function waitingOfKey(sql: Sql, account: Account, count: number) {
  await copies(sql, account, count, { concurrency_key: `'free'` });
  await queueRun(sql, account, { concurrencyKey: 'free' });
}

/** Runs that wait in one project. */
export const waiting = (sql: Sql, account: Account, count: number) => copies(sql, account, count, {});

/** The lanes in which each of the users has one run. */
interface Lanes {
  labelSets?: string[];
  machineVersion?: number;
}

/** Runs of so many users, and their turns: each lets a run in, in a transaction of its own. */
export async function waitingUsers(
  sql: Sql,
  account: Account,
  count: number,
  { labelSets = ['{}'], machineVersion = MACHINE_VERSION }: Lanes = {},
) {
  const { id } = await queueRun(sql, account);
  await sql.rows('alter table runs disable trigger user');
  await sql.rows(
    `with person as (
       insert into users (id, email, password_hash, role) select gen_random_uuid(), gen_random_uuid() || '@example.com', 'x', 'member'
       from generate_series(1, $2::int) returning id
     )
     insert into runs (id, user_id, project_id, base_url, plan, state, snapshot, machine_version, queue_until, runner_labels)
     select gen_random_uuid(), person.id, project_id, base_url, plan, state, snapshot, $4::int,
       clock_timestamp() + interval '1 hour', labels::text[]
     from person, unnest($3::text[]) as labels, runs where runs.id = $1`,
    [id, count, labelSets, machineVersion],
  );
  await sql.rows('alter table runs enable trigger user');
  await sql.rows(
    `insert into turns (user_id, runner_labels, machine_version, since)
     select user_id, runner_labels, machine_version, min(created_at) from runs
     where status = 'running' and owner is null and cancel_requested_at is null and concurrency_key is null
     group by user_id, runner_labels, machine_version on conflict do nothing`,
  );
}
