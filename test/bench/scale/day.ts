/*
 * A day of many runs in less: runs pass at the rate that this machine sustains, with a retention and an event stream so
 * small that what is deleted keeps up with what comes, several times over. Says whether the last third is flat in size,
 * dead tuples and stream. What it cannot show: partitions of several days, and what a day of artifacts is to a disk.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { connect } from 'nats';
import { EVENT_STREAM } from '#shared/bus/subjects.ts';
import { median } from '../median.ts';
import { type Fleet, openFleet } from './fleet.ts';
import { count, FAILED, FINAL, startRuns, THREE_STEPS } from './load.ts';
import type { Options } from './options.ts';
import type { BenchPostgres } from './postgres.ts';
import { shown, type Table } from './table.ts';

const SAMPLES = 24;
/** The supervisor looks once a minute for what is past its retention. */
const LEAST_KEPT_MINUTES = 0.5;
/** So many are started together, and the next when most of them are over: the queue stays short. */
const BATCH = 200;
/** By how much the second half of the last third may be over its first half. */
const FLAT = 1.15;

interface Sample {
  size: number;
  dead: number;
  stored: number;
  stream: number;
}

export async function simulateDay(postgres: BenchPostgres, options: Options, table: Table): Promise<void> {
  const { minutes, runners } = options;
  const kept = Math.max(LEAST_KEPT_MINUTES, minutes / 8);
  const env = {
    GHOSTLY_RETENTION_DAYS: (kept / 1_440).toFixed(6),
    GHOSTLY_EVENTS_MIB: String(Math.max(4, Math.round(kept * 8))),
  };
  await using fleet = await openFleet({ postgres, name: 'day' });
  await using _processes = await fleet.start({ gateways: 1, supervisors: 1, runners, env });
  const stop = new AbortController();
  const sampled = takeSamples(fleet, minutes).finally(() => stop.abort());
  const [samples, total] = await Promise.all([sampled, keepStarting(fleet, stop.signal)]);
  const perSecond = total / (60 * minutes);
  const failed = await count(fleet, FAILED);
  table.note(
    `a day in ${minutes} minutes, ${shown(kept)} of them kept`,
    `${total} runs, ${shown(perSecond)} a second, which is ${shown((perSecond * 86_400) / 1e6)} million a day`,
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
