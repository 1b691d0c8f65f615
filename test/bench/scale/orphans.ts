/*
 * How long real supervisors take until runs without a runner are final, in a database where much is stored against one
 * that is empty. In turns, several times each: medians.
 */
import { fillDatabase, fillOrphans } from '../../support/database/fill.ts';
import { median } from '../median.ts';
import { type Fleet, openFleet } from './fleet.ts';
import { count, until } from './load.ts';
import type { Options } from './options.ts';
import type { BenchPostgres } from './postgres.ts';
import { ratioOf, type Table } from './table.ts';

const ROUNDS = 3;
const SUPERVISORS = 2;
/** A finished run or none needs its people, too. */
const NEARLY_EMPTY = 10;

export async function measureOrphans(postgres: BenchPostgres, options: Options, table: Table): Promise<void> {
  const open = (name: string, finished: number) =>
    openFleet({ postgres, name, fill: (url) => fillDatabase(url, { finished, behindKey: 0 }) });
  await using empty = await open('orphans_empty', NEARLY_EMPTY);
  await using full = await open('orphans_full', options.stored);
  const seconds = { empty: [] as number[], full: [] as number[] };
  for (let round = 0; round < ROUNDS; round += 1) {
    seconds.empty.push(await secondsUntilFinal(empty, options.orphans));
    seconds.full.push(await secondsUntilFinal(full, options.orphans));
  }
  const [against, with_] = [median(seconds.empty), median(seconds.full)];
  const what = `${options.orphans} orphans → all final: ${options.stored.toLocaleString('en')} stored runs against none`;
  table.figure(what, with_ / against, { most: 1.3 }, ratioOf(with_, against, 's'));
  const stale = await count(full, `status = 'fail' and stale`);
  table.note('of those there that ended as stale', `${stale} of ${ROUNDS * options.orphans}`);
}

/** By the database: from the start of the supervisors' work to the last end. */
async function secondsUntilFinal(fleet: Fleet, orphans: number): Promise<number> {
  const { database, databaseUrl } = fleet;
  await fillOrphans(databaseUrl, orphans);
  await database.query('vacuum analyze');
  await database.query('checkpoint');
  const { rows: began } = await database.query<{ at: string }>(`select clock_timestamp()::text as at`);
  await using _supervisors = await fleet.start({ supervisors: SUPERVISORS });
  await until(fleet, `status = 'running'`, 0);
  const { rows } = await database.query<{ seconds: string }>(
    `select extract(epoch from max(finished_at) - min(finished_at)) as seconds from runs
     where finished_at > $1::timestamptz`,
    [began[0]!.at],
  );
  return Number(rows[0]!.seconds);
}
