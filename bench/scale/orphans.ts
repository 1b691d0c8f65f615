/*
 * How long real supervisors take until runs without a runner are final, in a database where much is stored against one
 * that is empty. In turns, several times each: medians.
 */
import { fillDatabase, fillOrphans } from '../../test/support/database/fill.ts';
import { median } from '../support/median.ts';
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
  const taken = { empty: [] as Taken[], full: [] as Taken[] };
  for (let round = 0; round < ROUNDS; round += 1) {
    taken.empty.push(await endOrphans(empty, options.orphans));
    taken.full.push(await endOrphans(full, options.orphans));
  }
  const both = (which: keyof Taken) =>
    [taken.full, taken.empty].map((rounds) => median(rounds.map((round) => round[which]))) as [
      number,
      number,
    ];
  const among = `${options.stored.toLocaleString('en')} stored runs against none`;
  const [with_, against] = both('all');
  const bound = { most: 1.3 };
  table.figure(
    `${options.orphans} orphans, the first final → all: ${among}`,
    with_ / against,
    bound,
    ratioOf(with_, against, 's'),
  );
  table.note(
    'before that: start of the supervisors’ processes → the first final',
    ratioOf(...both('first'), 's'),
  );
  const stale = await count(full, `status = 'fail' and stale`);
  table.note('of those there that ended as stale', `${stale} of ${ROUNDS * options.orphans}`);
}

/** Seconds, by the database. */
interface Taken {
  /** Time until the first end, the start of the supervisors' processes included. */
  first: number;
  /** Time between the first end and the last. */
  all: number;
}

async function endOrphans(fleet: Fleet, orphans: number): Promise<Taken> {
  const { database, databaseUrl } = fleet;
  await fillOrphans(databaseUrl, orphans);
  await database.query('vacuum analyze');
  await database.query('checkpoint');
  const { rows: began } = await database.query<{ at: string }>(`select clock_timestamp()::text as at`);
  await using _supervisors = await fleet.start({ supervisors: SUPERVISORS });
  await until(fleet, `status = 'running'`, 0);
  const { rows } = await database.query<Taken>(
    `select extract(epoch from min(finished_at) - $1::timestamptz)::float8 as first,
       extract(epoch from max(finished_at) - min(finished_at))::float8 as "all"
     from runs where finished_at > $1::timestamptz`,
    [began[0]!.at],
  );
  return rows[0]!;
}
