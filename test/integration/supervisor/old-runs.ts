import type { Artifacts } from '#shared/adapters/artifacts/artifacts.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { idOn, makeDay } from '../../support/database/days.ts';
import { finished } from '../../support/database/many-queued.ts';

/** All that are stored, in their order. */
export async function runIds(sql: Sql): Promise<string[]> {
  return (await sql.rows<{ id: string }>('select id from runs order by id')).map(({ id }) => id);
}

export interface OldRuns {
  day: string;
  count: number;
  artifacts: Pick<Artifacts, 'put'>;
  /** Ids of the runs, if they are not of the day; so many. */
  ids?: string[];
}

/** Runs of that day that ended then, with events and an artifact each; resolves to their ids. */
export async function runsOfDay(
  { sql, account }: { sql: Sql; account: { userId: string; projectId: string } },
  { day, count, artifacts, ids = Array.from({ length: count }, () => idOn(day)) }: OldRuns,
): Promise<string[]> {
  const others = new Set(await runIds(sql));
  await makeDay(sql, day);
  await finished(sql, account, count);
  const made = (await runIds(sql)).filter((id) => !others.has(id));
  await sql.rows('alter table runs disable trigger user');
  await sql.rows(
    `update runs set id = new_id, last_seq = 1, finished_at = $3 from unnest($1::uuid[], $2::uuid[]) as renamed (old_id, new_id) where id = old_id`,
    [made, ids, `${day}T12:00:00Z`],
  );
  await sql.rows('alter table runs enable trigger user');
  await sql.rows(
    `insert into events select id, 1, 'run_end', null, '{}', clock_timestamp() from unnest($1::uuid[]) as id`,
    [ids],
  );
  for (const id of ids) await artifacts.put(id, '1-0.png', Buffer.from('a picture'));
  return ids;
}
