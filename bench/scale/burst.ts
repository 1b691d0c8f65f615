/*
 * What many runners, gateways and supervisors cost PostgreSQL beside one of each: statements, WAL, connections, idle and
 * under a burst of runs.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { cpuBetween, readCpu, tellCpu } from './cpu.ts';
import { type Fleet, type FleetSize, openFleet } from './fleet.ts';
import { count, FAILED, FINAL, failures, startRuns, THREE_STEPS, until, WAITING } from './load.ts';
import { between, connections, read, settle, walParts } from './meter.ts';
import type { Options } from './options.ts';
import type { BenchPostgres } from './postgres.ts';
import { shown, type Table } from './table.ts';

const ONE = { gateways: 1, supervisors: 1, runners: 1 };
const SUPERVISORS = 3;

const size = ({ gateways, supervisors, runners }: FleetSize) =>
  `${runners} runners, ${gateways} gateways, ${supervisors} supervisors`;

export async function measureAccepted(
  postgres: BenchPostgres,
  { runs }: Options,
  table: Table,
): Promise<void> {
  await using fleet = await openFleet({ postgres, name: 'accepted' });
  await using _gateway = await fleet.start({ gateways: 1 });
  await startRuns(fleet, THREE_STEPS, Math.ceil(runs / 4));
  const [cpu, from] = [await readCpu(fleet), performance.now()];
  const accepted = await startRuns(fleet, THREE_STEPS, runs);
  const seconds = (performance.now() - from) / 1_000;
  table.figure('accepted runs a second, one gateway', accepted, { least: 500 });
  table.note('cores used meanwhile', tellCpu(cpuBetween(cpu, await readCpu(fleet)), seconds));
}

interface Burst {
  runsPerSecond: number;
  /** Statements of all processes for each run, without those of idle ones. */
  statements: number;
  transactions: number;
  walBytes: number;
  /** Parts of the WAL. */
  walOf: string;
  failed: number;
  cpu: string;
}

async function burst(fleet: Fleet, runs: number, idle: Rates): Promise<Burst> {
  const [before, failedBefore] = [await count(fleet, FINAL), await count(fleet, FAILED)];
  await settle();
  const [from, cpuFrom] = [await read(fleet.database), await readCpu(fleet)];
  await startRuns(fleet, THREE_STEPS, runs);
  await until(fleet, FINAL, before + runs);
  const seconds = (performance.now() - from.at) / 1_000;
  const cpu = tellCpu(cpuBetween(cpuFrom, await readCpu(fleet)), seconds);
  const ended = await read(fleet.database);
  await settle();
  const all = between(from, await read(fleet.database));
  return {
    runsPerSecond: runs / seconds,
    statements: (all.statements - idle.statements * all.seconds) / runs,
    transactions: (all.transactions - idle.transactions * all.seconds) / runs,
    walBytes: between(from, ended).walBytes / runs,
    walOf: await walParts(fleet.database, [from, ended], runs),
    failed: (await count(fleet, FAILED)) - failedBefore,
    cpu,
  };
}

/** A second, while nothing happens. */
interface Rates {
  statements: number;
  transactions: number;
  walBytes: number;
}

async function idleRates({ database }: Fleet, seconds: number): Promise<Rates> {
  await settle();
  const from = await read(database);
  await delay(seconds * 1_000);
  const idle = between(from, await read(database));
  return {
    statements: idle.statements / idle.seconds,
    transactions: idle.transactions / idle.seconds,
    walBytes: idle.walBytes / idle.seconds,
  };
}

export async function measureMany(postgres: BenchPostgres, options: Options, table: Table): Promise<void> {
  const many = { gateways: options.gateways, supervisors: SUPERVISORS, runners: options.runners };
  await using fleet = await openFleet({ postgres, name: 'many' });
  const one = await measureOne(fleet, options, table);
  await using _many = await fleet.start(many);
  const idle = await idleRates(fleet, options.seconds);
  table.figure(`idle statements a second, ${size(many)}`, idle.statements, { most: 150 });
  table.figure(`idle connections, ${size(many)}`, await connections(fleet.database), { most: 350 });
  const all = await burst(fleet, options.runs, idle);
  tellBurst(table, size(many), all);
  table.figure(`of ${options.runs} runs failed, ${size(many)}`, all.failed, { most: 0 });
  table.note('why', (await failures(fleet)) ?? 'none failed');
  table.figure('connections after that', await connections(fleet.database), { most: 350 });
  table.figure(
    'statements for each run of three steps, many runners against one',
    all.statements / one.statements,
    { most: 1.2 },
  );
  table.note('WAL for each run of three steps, KiB', `${shown(all.walBytes / 1_024)}: ${all.walOf}`);
}

async function measureOne(fleet: Fleet, { runs, seconds }: Options, table: Table): Promise<Burst> {
  await using _one = await fleet.start(ONE);
  await startRuns(fleet, THREE_STEPS, 40);
  const idle = await idleRates(fleet, seconds);
  table.note(`idle statements a second, ${size(ONE)}`, shown(idle.statements));
  const one = await burst(fleet, Math.ceil(runs / 4), idle);
  tellBurst(table, size(ONE), one);
  return one;
}

function tellBurst(table: Table, of: string, { runsPerSecond, statements, transactions, cpu }: Burst): void {
  table.note(`runs a second, ${of}`, shown(runsPerSecond));
  table.note(
    `statements for each run of three steps, ${of}`,
    `${shown(statements)} in ${shown(transactions)} transactions`,
  );
  table.note(`cores used by that, ${of}`, cpu);
}

/** Uses a database of its own, without what vacuum and the end of other runs write. */
export async function measureLive(postgres: BenchPostgres, options: Options, table: Table): Promise<void> {
  await using fleet = await openFleet({ postgres, name: 'live' });
  await using _few = await fleet.start({ gateways: 1, supervisors: 1, runners: options.runners });
  const idle = await idleRates(fleet, options.seconds);
  const runs = Math.min(400, options.runners * 8);
  await startRuns(fleet, WAITING, runs);
  await until(fleet, `status = 'running' and state = 'running.stepping.acting'`, runs);
  await settle();
  const from = await read(fleet.database);
  await delay(options.seconds * 1_000);
  const live = between(from, await read(fleet.database));
  const bytes = (live.walBytes / live.seconds - idle.walBytes) / runs;
  table.figure('WAL for each live idle run and second, bytes', bytes, { most: 300 });
}
