/*
 * Days of many runs in minutes: the ids are of simulated days, two of which are kept, so partitions come and are
 * dropped several times. Says whether the last third is flat in size, dead rows and stream. Left out: artifacts on a
 * disk.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { connect } from 'nats';
import { EVENT_STREAM } from '#shared/adapters/bus/subjects.ts';
import { createSql } from '#shared/adapters/database/sql.ts';
import { dayFromNow, makeDay } from '../../test/support/database/days.ts';
import { openTestPool } from '../../test/support/database/open-pool.ts';
import { median } from '../support/median.ts';
import { type Fleet, openFleet } from './fleet.ts';
import { count, FAILED, FINAL, startRuns, THREE_STEPS } from './load.ts';
import type { Options } from './options.ts';
import type { BenchPostgres } from './postgres.ts';
import { shown, type Table } from './table.ts';

const SAMPLES = 24;
/** The supervisor looks once a minute for what is past its retention. */
const LEAST_DAY_MS = 30_000;
const DAYS = 24;
/** So many are started together, and the next when most of them are over: the queue stays short. */
const BATCH = 200;
/** Most growth within the last third, its second half compared with its first. */
const FLAT = 1.15;

interface Sample {
  size: number;
  dead: number;
  stored: number;
  stream: number;
}

export async function simulateDay(postgres: BenchPostgres, options: Options, table: Table): Promise<void> {
  const { minutes, runners } = options;
  const dayMs = Math.max(LEAST_DAY_MS, (60_000 * minutes) / DAYS);
  await using fleet = await openFleet({ postgres, name: 'day' });
  const days = Math.ceil((60_000 * minutes) / dayMs);
  const clock = { dayMs, firstAt: Date.now(), firstDay: Date.parse(dayFromNow(-days - 2)) };
  await using _processes = await startServices(fleet, runners, clock);
  const stop = new AbortController();
  const sampled = takeSamples(fleet, minutes).finally(() => stop.abort());
  const [samples, total] = await Promise.all([
    sampled,
    keepStarting(fleet, stop.signal),
    makeDays(fleet, clock, stop.signal),
  ]);
  const perSecond = total / (60 * minutes);
  const failed = await count(fleet, FAILED);
  table.note(
    `${days} days of ${shown(dayMs / 1_000)} s, two of them kept`,
    `${total} runs, ${shown(perSecond)} a second, which is ${shown((perSecond * 86_400) / 1e6)} million in a day`,
  );
  table.figure('runs among those kept that failed', failed, { most: 0 });
  for (const [name, what] of [
    ['size', 'size of the database, MB'],
    ['dead', 'dead rows'],
    ['stored', 'stored runs'],
    ['stream', 'event stream, MB'],
  ] as const)
    tellGrowth(
      table,
      what,
      samples.map((sample) => sample[name]),
    );
}

interface Clock {
  dayMs: number;
  firstAt: number;
  firstDay: number;
}

function startServices(fleet: Fleet, runners: number, { dayMs, firstAt, firstDay }: Clock) {
  const env = {
    GHOSTLY_RETENTION_DAYS: ((2 * dayMs) / 86_400_000).toFixed(6),
    GHOSTLY_EVENTS_MIB: String(Math.max(4, Math.round(dayMs / 5_000))),
    NODE_OPTIONS: `--import=${new URL('simulated-ids.ts', import.meta.url).href}`,
    BENCH_DAY_MS: String(dayMs),
    BENCH_FIRST_AT: String(firstAt),
    BENCH_FIRST_DAY: String(firstDay),
  };
  return fleet.start({ gateways: 1, supervisors: 1, runners, env });
}

/** Each day's partitions, at its beginning: one without runs would be dropped as an old one. */
async function makeDays(fleet: Fleet, { dayMs, firstAt, firstDay }: Clock, stop: AbortSignal): Promise<void> {
  const pool = openTestPool(fleet.databaseUrl);
  try {
    for (let n = 0; !stop.aborted; n += 1) {
      const day = new Date(firstDay + n * 86_400_000).toISOString().slice(0, 10);
      await makeDay(createSql(pool), day);
      const untilNext = firstAt + (n + 1) * dayMs - 500 - Date.now();
      await delay(Math.max(0, untilNext), undefined, { signal: stop }).catch(() => undefined);
    }
  } finally {
    await pool.end();
  }
}

/** The last third: its second half against its first. */
function tellGrowth(table: Table, what: string, values: number[]): void {
  const third = values.slice(-Math.ceil(values.length / 3));
  const half = Math.ceil(third.length / 2);
  const [first, second] = [median(third.slice(0, half)), median(third.slice(half))];
  const growth = second / Math.max(1, first);
  table.figure(
    `${what}, second half of the last third against its first`,
    growth,
    { most: FLAT },
    `×${growth.toFixed(2)} (${values.map(shown).join(', ')})`,
  );
}

async function keepStarting(fleet: Fleet, stop: AbortSignal): Promise<number> {
  let total = 0;
  while (!stop.aborted) {
    const waiting = await count(fleet, `not (${FINAL})`);
    if (waiting > BATCH / 2) {
      await delay(100);
      continue;
    }
    await startRuns(fleet, THREE_STEPS, BATCH, 16);
    total += BATCH;
  }
  return total;
}

async function takeSamples(fleet: Fleet, minutes: number): Promise<Sample[]> {
  const { host, username: user, password: pass } = new URL(fleet.natsUrl);
  const bus = await connect({ servers: host, user, pass });
  try {
    const streams = await bus.jetstreamManager();
    const samples: Sample[] = [];
    for (let n = 0; n < SAMPLES; n += 1) {
      await delay((60_000 * minutes) / SAMPLES);
      const { state } = await streams.streams.info(EVENT_STREAM);
      samples.push({ ...(await sampleDatabase(fleet)), stream: state.bytes / 1e6 });
    }
    return samples;
  } finally {
    await bus.close();
  }
}

async function sampleDatabase({ database }: Fleet): Promise<Omit<Sample, 'stream'>> {
  const { rows } = await database.query<{ size: number; dead: number; stored: number }>(
    `select pg_database_size(current_database()) / 1e6::float8 as size,
       (select sum(n_dead_tup)::float8 from pg_stat_user_tables) as dead,
       (select count(*)::float8 from runs) as stored`,
  );
  return rows[0]!;
}
