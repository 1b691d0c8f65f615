/*
 * Makes the partitions of the days to come. Owns none of the rows: what has no partition of its own day is in that of all
 * others, so that no insert ever fails for the lack of one (decisions/partitions.md).
 */
import { Client } from 'pg';
import { addDays, type Day } from '#shared/domain/run/day.ts';
import { LOCK_WAIT_MS } from '../online/patiently.ts';
import type { Sql } from '../sql.ts';
import { daysOf, IN_DAYS, type InDays, idsOf, otherOf, partitionOf, TODAY } from './partitions.ts';

/** How many days are made ahead, at most. */
export const AHEAD_DAYS = 10;
/** If fewer days than the first are ahead, the others are made. */
const AHEAD = { atLeast: 4, upTo: AHEAD_DAYS };
/** What is read in a moment, and moved: then everybody may wait for it. */
const SMALL_BYTES = 8_000_000;
/** Days that come this soon are not made beside many rows: until they are, none of their rows could be stored. */
const NOT_SO_SOON = 2;
const CHANGE_MS = 3_000;

const DUE = `
select from (${IN_DAYS.map((table) => `select (select max(day) from (${daysOf(`'${table}'`)}) as made) as last`).join(' union all ')}) as tables
where last is null or last < to_char((clock_timestamp() at time zone 'UTC') + ${AHEAD.atLeast} * interval '1 day', 'YYYY-MM-DD')`;

/** Whether there is something to do for {@link keepDays}. */
export const daysAreDue = async (sql: Sql): Promise<boolean> => (await sql.rows(DUE)).length > 0;

/**
 * Uses a connection of its own, past any pooler, because reading many rows may take long. Rejects soon after `stopping` is
 * aborted; what is unfinished by then is rolled back.
 */
export async function keepDays(databaseUrl: string, stopping?: AbortSignal): Promise<void> {
  const client = new Client({
    connectionString: databaseUrl,
    application_name: 'ghostly-days',
    connectionTimeoutMillis: 5_000,
    lock_timeout: LOCK_WAIT_MS,
    idle_in_transaction_session_timeout: 1_000,
    keepAlive: true,
    options: '-c client_connection_check_interval=1000',
  });
  client.on('error', () => undefined); // the query in flight says so
  await client.connect();
  const leave = () => client.connection.stream.destroy();
  stopping?.addEventListener('abort', leave);
  try {
    stopping?.throwIfAborted();
    for (const table of IN_DAYS) await keepDaysOf(client, table);
  } finally {
    stopping?.removeEventListener('abort', leave);
    await client.end();
  }
}

/** Sent as one, so that no lock is held while this process is waited for. */
async function together(client: Client, ...statements: readonly string[]): Promise<void> {
  try {
    await client.query(['begin', ...statements, 'commit'].join(';\n'));
  } catch (error) {
    await client.query('rollback').catch(() => undefined); // without a connection the server does it
    if (!isThereAlready(error)) throw error;
  }
}

/** Another process was first. */
const isThereAlready = (error: unknown) =>
  error instanceof Error && 'code' in error && error.code === '42P07';

interface Made {
  today: Day;
  last: Day | null;
  /** Size of the rows without a day's partition that have to be read. */
  bytes: number;
}

async function keepDaysOf(client: Client, table: InDays): Promise<void> {
  const { rows } = await client.query<Made>(
    `select ${TODAY} as today, (select max(day) from (${daysOf(`'${table}'`)}) as made) as last,
       pg_relation_size('${otherOf(table)}')::float8 as bytes`,
  );
  const { today, last, bytes } = rows[0]!;
  if (last !== null && last >= addDays(today, AHEAD.atLeast)) return;
  const small = bytes < SMALL_BYTES;
  const days = daysBetween(
    later(addDays(today, small ? 0 : NOT_SO_SOON), last === null ? today : addDays(last, 1)),
    addDays(today, AHEAD.upTo),
  );
  await (small ? makeAtOnce : makeBesideMany)(client, table, days);
}

const later = (a: Day, b: Day): Day => (a > b ? a : b);

function daysBetween(first: Day, last: Day): [Day, ...Day[]] {
  const days: [Day, ...Day[]] = [first];
  for (let day = addDays(first, 1); day <= last; day = addDays(day, 1)) days.push(day);
  return days;
}

/** Everybody waits for this moment: an insert that has chosen its partition already would be refused. */
const makeAtOnce = (client: Client, table: InDays, days: [Day, ...Day[]]) =>
  together(
    client,
    `set local statement_timeout = ${CHANGE_MS}`,
    `lock table only ${table} in access exclusive mode`,
    admitAllDays(table),
    ...days.flatMap((day) => move(table, day)),
    ...days.map((day) => attach(table, day)),
  );

/** Ends what a turn beside many rows that was interrupted may have left. */
const admitAllDays = (table: InDays) =>
  `alter table ${otherOf(table)} drop constraint if exists ${otherOf(table)}_days`;

/**
 * No statement waits while the rows are read. A constraint keeps out further rows of these days, which no gateway makes so
 * early ({@link NOT_SO_SOON}). Existing rows move, and are always seen at one place or the other.
 */
async function makeBesideMany(client: Client, table: InDays, days: [Day, ...Day[]]): Promise<void> {
  const [from, to] = idsOf(days[0], days.at(-1));
  const other = otherOf(table);
  await client.query(admitAllDays(table));
  const { rowCount: live } = await client.query(
    `select from runs where id >= '${from}' and id < '${to}' and status in ('running', 'cancelling') limit 1`,
  );
  if (live !== 0) return;
  await client.query(
    `alter table ${other} add constraint ${other}_days check (run_id < '${from}' or run_id >= '${to}') not valid`,
  );
  try {
    await together(
      client,
      `lock table only ${table} in share update exclusive mode`,
      ...days.flatMap((day) => move(table, day)),
      `alter table ${other} validate constraint ${other}_days`,
      ...days.map((day) => attach(table, day)),
    );
  } finally {
    await client.query(admitAllDays(table));
  }
}

/** Makes the day's table, with what there is of its rows. */
function move(table: InDays, day: Day): string[] {
  const [from, to] = idsOf(day);
  const name = partitionOf(table, day);
  return [
    `create table ${name} (like ${table} including all)`,
    `with moved as (delete from ${otherOf(table)} where run_id >= '${from}' and run_id < '${to}' returning *)
     insert into ${name} select * from moved`,
  ];
}

function attach(table: InDays, day: Day): string {
  const [from, to] = idsOf(day);
  return `alter table ${table} attach partition ${partitionOf(table, day)} for values from ('${from}') to ('${to}')`;
}
