/* What is recorded of a run is in the partition of its day, which is made ahead and goes with the last run. */
import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connectDatabase, type Database } from '#shared/adapters/database/connect.ts';
import { deleteRunsOfDay, dropDay, findOldDays } from '#shared/adapters/database/days/drop.ts';
import { daysAreDue, keepDays } from '#shared/adapters/database/days/keep.ts';
import { IN_DAYS } from '#shared/adapters/database/days/partitions.ts';
import { readLog } from '#shared/adapters/database/runs/log.ts';
import { createOwner } from '../../../../support/database/accounts.ts';
import {
  dayFromNow,
  daysMade,
  dropDays,
  idOn,
  makeDay,
  placesOf,
} from '../../../../support/database/days.ts';
import { CLAIM, claimByHand, LAUNCHED, queueRun } from '../../../../support/database/runs.ts';
import { afterFile } from '../../../../support/file-hooks.ts';
import { createTestDatabase } from '../../../../support/servers/servers.ts';
import { extendedOnly } from '../../../../support/share.ts';

let database: Database;
let url: string;
let account: { userId: string; projectId: string };
beforeAll(async () => {
  ({ url } = await createTestDatabase());
  database = connectDatabase({ url, applicationName: 'days' });
  account = await createOwner(database.sql);
});
afterFile(async () => database[Symbol.asyncDispose]());
const sql = () => database.sql;

beforeEach(async () => {
  await sql().rows('delete from runs');
  await sql().rows(`truncate ${IN_DAYS.join(', ')}`);
  await dropDays(sql());
});

const suffix = (count: number) => dayFromNow(count).replaceAll('-', '');
const ahead = (first: number) => Array.from({ length: 11 - first }, (_, index) => dayFromNow(first + index));

/** A run with events, as it is in the midst of its life. */
async function liveRun() {
  await queueRun(sql(), account);
  const owned = await claimByHand(sql(), randomUUID());
  await owned.commit(CLAIM);
  return owned;
}

/** A run that ended so many days ago, with an event, under an id of any kind. */
async function endedRun(id: string, days = 0) {
  const { id: made } = await queueRun(sql(), account);
  await sql().rows(
    `update runs set id = $2, status = 'pass', owner = $2, last_seq = 1, finished_at = clock_timestamp() - $3 * interval '1 day' where id = $1`,
    [made, id, days],
  );
  await sql().rows(`delete from status_changes where run_id = $1`, [made]);
  await sql().rows(`insert into events values ($1, 1, 'run_end', null, '{}', clock_timestamp())`, [id]);
}

/** More events without a day's partition than can be moved in a moment. */
const many = () =>
  sql().rows(
    `insert into events (run_id, seq, type, payload, at)
     select gen_random_uuid(), 1, 'x', json_build_object('text', repeat('x', 500)), clock_timestamp() from generate_series(1, 20000)`,
  );

const CONSTRAINTS = `select conname from pg_constraint where conrelid = 'events_other'::regclass and contype = 'c'`;

describe('the partitions of days', () => {
  it('are made ahead, and what is recorded of a run is in that of its day', async () => {
    expect(await daysAreDue(sql())).toBe(true);
    await keepDays(url);
    for (const table of IN_DAYS) expect(await daysMade(sql(), table)).toEqual(ahead(0));
    expect(await daysAreDue(sql())).toBe(false);
    const { run } = await liveRun();
    expect(await placesOf(sql(), run.id)).toEqual({
      [`events_${suffix(0)}`]: 1,
      [`status_changes_${suffix(0)}`]: 1,
    });
  });

  it('are not needed: what has none is in the partition of all others, and moves when there is one', async () => {
    const owned = await liveRun();
    expect(await placesOf(sql(), owned.run.id)).toEqual({ events_other: 1, status_changes_other: 1 });
    const before = await readLog(sql(), owned.run.id, 0, 10);
    await keepDays(url);
    expect(await readLog(sql(), owned.run.id, 0, 10)).toEqual(before);
    expect(await owned.commit(LAUNCHED)).toBeDefined();
    expect(await placesOf(sql(), owned.run.id)).toEqual({
      [`events_${suffix(0)}`]: 4,
      [`status_changes_${suffix(0)}`]: 1,
    });
  });

  it('are made by two at once as by one', async () => {
    await Promise.all([keepDays(url), keepDays(url)]);
    for (const table of IN_DAYS) expect(await daysMade(sql(), table)).toEqual(ahead(0));
  });

  it('are made beside many rows that have none, with what of these lies among their ids, while runs go on', async () => {
    await many();
    const stray = idOn(dayFromNow(5));
    await endedRun(stray);
    const owned = await liveRun();
    const seen: number[] = [];
    const over = new AbortController();
    const reading = (async () => {
      while (!over.signal.aborted) {
        const [row] = await sql().rows<{ count: number }>(
          'select count(*)::int as count from events where run_id = $1',
          [stray],
        );
        seen.push(row!.count);
      }
    })();
    await keepDays(url).finally(() => over.abort());
    await reading;
    expect(new Set(seen)).toEqual(new Set([1]));
    expect(await daysMade(sql())).toEqual(ahead(2));
    expect(await placesOf(sql(), stray)).toEqual({ [`events_${suffix(5)}`]: 1 });
    expect(await owned.commit(LAUNCHED)).toBeDefined();
    expect(await placesOf(sql(), owned.run.id)).toMatchObject({ events_other: 4 });
    expect(await sql().rows(CONSTRAINTS)).toEqual([]);
  });

  extendedOnly(() => {
    it('are made after a turn beside many rows that was interrupted, of which nothing is left', async () => {
      await sql().rows(
        `alter table events_other add constraint events_other_days check (run_id < '${idOn(dayFromNow(2))}') not valid`,
      );
      await keepDays(url);
      expect(await daysMade(sql())).toEqual(ahead(0));
      expect(await sql().rows(CONSTRAINTS)).toEqual([]);
    });

    it('wait, beside many rows, for a run that is alive and has such an id', async () => {
      await many();
      const { id } = await queueRun(sql(), account);
      await sql().rows('delete from status_changes');
      const stray = idOn(dayFromNow(5));
      await sql().rows('update runs set id = $2 where id = $1', [id, stray]);
      await keepDays(url);
      expect(await daysMade(sql())).toEqual([]);
      await sql().rows(`insert into events values ($1, 1, 'x', null, '{}', clock_timestamp())`, [stray]);
      await sql().rows('delete from runs');
      await keepDays(url);
      expect(await daysMade(sql())).toEqual(ahead(2));
    });
  });
});

describe('the end of a day', () => {
  const day = dayFromNow(-40);

  it('takes its partitions, and only if it has no run any more', async () => {
    await makeDay(sql(), day);
    await makeDay(sql(), dayFromNow(-30));
    expect(await findOldDays(sql(), 30)).toEqual([day]);
    const id = idOn(day);
    await endedRun(id);
    expect(await dropDay(sql(), day)).toBe(false);
    expect(await placesOf(sql(), id)).toEqual({ [`events_${day.replaceAll('-', '')}`]: 1 });
    await sql().rows('delete from runs');
    expect(await dropDay(sql(), day)).toBe(true);
    expect(await findOldDays(sql(), 30)).toEqual([]);
    for (const table of IN_DAYS) expect(await daysMade(sql(), table)).toEqual([dayFromNow(-30)]);
  });

  extendedOnly(() => {
    it('leaves nothing of its runs where only some of the tables have a partition of it', async () => {
      await makeDay(sql(), day);
      await sql().rows(`drop table events_${day.replaceAll('-', '')}`);
      const id = idOn(day);
      await endedRun(id, 39);
      expect(await placesOf(sql(), id)).toEqual({ events_other: 1 });
      expect(await deleteRunsOfDay(sql(), day, 30)).toEqual([id]);
      expect(await placesOf(sql(), id)).toEqual({});
    });
  });
});

it('a run that is deleted takes with it what was recorded, in whatever partition', async () => {
  await keepDays(url);
  const { run } = await liveRun();
  const other = randomUUID();
  await endedRun(other);
  await sql().rows('delete from runs where id = any ($1::uuid[])', [[run.id, other]]);
  for (const id of [run.id, other]) expect(await placesOf(sql(), id)).toEqual({});
});
