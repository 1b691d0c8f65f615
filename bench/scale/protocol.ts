/*
 * Claims and commits a second over many simulated runners, against what PostgreSQL alone gives for the same
 * statements (`replay.ts`), without machines, NATS and HTTP. The runs, of two steps, are stored beforehand.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fillDatabase, fillFree } from '../../test/support/database/fill.ts';
import { type Cpu, cpuBetween, readCpu, tellCpu } from './cpu.ts';
import { type Fleet, openFleet } from './fleet.ts';
import { count, FAILED, FINAL, until } from './load.ts';
import { calls } from './meter.ts';
import type { Options } from './options.ts';
import type { BenchPostgres } from './postgres.ts';
import type { Replay } from './replay.ts';
import { shown, type Table } from './table.ts';

const SLOTS = 8;

interface Measured {
  runsPerSecond: number;
  /** For each run. */
  claims: number;
  commits: number;
  marks: number;
  failed: number;
  cpu: Cpu;
  seconds: number;
}

export async function measureProtocol(
  postgres: BenchPostgres,
  options: Options,
  table: Table,
): Promise<void> {
  const fill = (url: string) => fillDatabase(url, { finished: 1_000, behindKey: 0 });
  await using fleet = await openFleet({ postgres, name: 'protocol', fill });
  const counts = [...new Set([1, options.runners])];
  for (const runners of counts) {
    await overRunners(fleet, runners, Math.ceil(options.runs / 4)); // warms up
    const real = await overRunners(fleet, runners, options.runs);
    const [few, many] = [Math.min(8, 2 * runners), 2 * runners];
    const alone: Measured[] = [];
    for (const connections of new Set([few, Math.min(32, many), many]))
      alone.push(await replayed(fleet, { connections, runs: options.runs, of: real }));
    tell(table, runners, real, alone.toSorted((a, b) => b.runsPerSecond - a.runsPerSecond)[0]!);
  }
}

function tell(table: Table, runners: number, real: Measured, alone: Measured): void {
  const of = `${runners} ${runners === 1 ? 'runner' : 'runners'} × ${SLOTS} slots`;
  console.log(`${shown(real.runsPerSecond)} runs a second over ${of}`);
  const perSecond = ({ runsPerSecond, commits }: Measured) => runsPerSecond * (1 + commits);
  const [value, floor] = [perSecond(real), perSecond(alone)];
  table.figure(
    `claims and commits a second, ${of}, of what PostgreSQL alone gives`,
    value / floor,
    { least: 0.9 },
    `${(value / floor).toFixed(2)} (${shown(value)} of ${shown(floor)})`,
  );
  table.note(
    `for each run, ${of}`,
    `${shown(real.claims)} claims (those that found nothing, too), ${shown(real.commits)} commits, ${shown(real.marks)} marks; alone ${shown(alone.claims)}, ${shown(alone.commits)}, ${shown(alone.marks)}`,
  );
  table.note(
    `cores, ${of}`,
    `${tellCpu(real.cpu, real.seconds)}; alone ${tellCpu(alone.cpu, alone.seconds)}`,
  );
  const perRun = ({ cpu, seconds, runsPerSecond }: Measured) =>
    (1_000 * cpu.postgres) / (seconds * runsPerSecond);
  table.note(
    `CPU of PostgreSQL for each run, ms, ${of}`,
    `${shown(perRun(real))}; alone ${shown(perRun(alone))}`,
  );
  table.figure(`runs that failed, ${of}`, real.failed, { most: 0 });
}

const COMMIT = 'with moment as materialized%';
const CLAIM = '%taken_lease as (%';
const MARK = 'with done as (%delete from unpublished%';

/** What happens meanwhile, from the first claim to the last end, by the database. */
async function measured(fleet: Fleet, runs: number, work: () => Promise<unknown>): Promise<Measured> {
  const { database } = fleet;
  const counted = async () => [
    await calls(database, CLAIM),
    await calls(database, COMMIT),
    await calls(database, MARK),
  ];
  const [final, failed, before] = [await count(fleet, FINAL), await count(fleet, FAILED), await counted()];
  const { rows: began } = await database.query<{ at: string }>('select clock_timestamp()::text as at');
  const from = await readCpu(fleet);
  await fillFree(fleet.databaseUrl, runs);
  await work();
  await until(fleet, FINAL, final + runs);
  const cpu = cpuBetween(from, await readCpu(fleet));
  const { rows } = await database.query<{ seconds: string }>(
    `select extract(epoch from max(finished_at) - min(claimed_at)) as seconds from runs
     where claimed_at > $1::timestamptz`,
    [began[0]!.at],
  );
  const seconds = Number(rows[0]!.seconds);
  const [claims, commits, marks] = (await counted()).map((now, n) => (now - before[n]!) / runs);
  return {
    runsPerSecond: runs / seconds,
    seconds,
    cpu,
    claims: claims!,
    commits: commits!,
    marks: marks!,
    failed: (await count(fleet, FAILED)) - failed,
  };
}

async function overRunners(fleet: Fleet, runners: number, runs: number): Promise<Measured> {
  await using _runners = await fleet.start({ runners, slots: SLOTS });
  return await measured(fleet, runs, async () => undefined);
}

async function replayed(
  fleet: Fleet,
  { connections, runs, of: { claims, commits, marks } }: { connections: number; runs: number; of: Measured },
): Promise<Measured> {
  const replay: Replay = { databaseUrl: fleet.databaseUrl, connections, runs, claims, commits, marks };
  const child = spawn(process.execPath, ['bench/scale/replay.ts', JSON.stringify(replay)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const exited = once(child, 'exit');
  fleet.pids.runner.push(child.pid!);
  await once(child, 'message');
  const result = await measured(fleet, runs, async () => child.send('begin'));
  child.send('end');
  await exited;
  fleet.pids.runner.splice(fleet.pids.runner.indexOf(child.pid!), 1);
  console.log(
    `PostgreSQL alone over ${connections} connections: ${shown(result.runsPerSecond)} runs a second`,
  );
  return result;
}
