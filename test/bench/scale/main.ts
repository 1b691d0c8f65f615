/*
 * npm run bench:scale: what many runners, gateways and supervisors cost PostgreSQL, beside one of each in the same run.
 * Real PostgreSQL that syncs to disk, real NATS, real gateways and supervisors; the runners are the real ones without
 * Chromium, 25 in a process. Prints a table, with the bounds that are set. `npm run bench:scale -- 20` has
 * twenty runners instead of a hundred.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { type Fleet, startFleet } from './fleet.ts';
import { count, startRuns, THREE_STEPS, until, WAITING } from './load.ts';
import { between, connections, read, settle } from './meter.ts';

const MANY = { gateways: 10, supervisors: 3, runners: Number(process.argv[2] ?? 100) };
const ONE = { gateways: 1, supervisors: 1, runners: 1 };
const IDLE_MS = 30_000;
const LIVE_MS = 30_000;
const FEW_RUNS = 400;
const MANY_RUNS = 2_000;
const LIVE_RUNS = 400;
const FINAL = `status in ('pass', 'fail')`;
const FAILED = `status = 'fail'`;

interface Row {
  figure: string;
  value: string;
  bound?: string;
}
const table: Row[] = [];
const tell = (figure: string, value: string, bound?: string) => {
  table.push({ figure, value, ...(bound !== undefined && { bound }) });
  console.log(`${figure}: ${value}`);
};
const size = ({ gateways, supervisors, runners }: typeof MANY) =>
  `${runners} runners, ${gateways} gateways, ${supervisors} supervisors`;

interface Burst {
  runsPerSecond: number;
  /** Of all processes for each run, without what they do when idle. */
  transactions: number;
  walBytes: number;
  /** Overload fails runs; the figures are of those, too. */
  failed: number;
}

async function burst(fleet: Fleet, runs: number, idle: number): Promise<Burst> {
  const before = await count(fleet, FINAL);
  const failedBefore = await count(fleet, FAILED);
  await settle();
  const from = await read(fleet.database);
  await startRuns(fleet, THREE_STEPS, runs);
  await until(fleet, FINAL, before + runs);
  const seconds = (performance.now() - from.at) / 1_000;
  const wal = between(from, await read(fleet.database)).walBytes;
  await settle();
  const all = between(from, await read(fleet.database));
  return {
    runsPerSecond: runs / seconds,
    transactions: (all.transactions - idle * all.seconds) / runs,
    walBytes: wal / runs,
    failed: (await count(fleet, FAILED)) - failedBefore,
  };
}

/** Transactions and bytes of WAL a second while nothing happens. */
async function idleRates({ database }: Fleet) {
  await settle();
  const from = await read(database);
  await delay(IDLE_MS);
  const { seconds, transactions, walBytes } = between(from, await read(database));
  return { transactions: transactions / seconds, walBytes: walBytes / seconds };
}

await using fleet = await startFleet();
const leave = async () => {
  await fleet[Symbol.asyncDispose]();
  process.exit(1);
};
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void leave());
{
  await using _gateway = await fleet.start({ gateways: 1 });
  const accepted = await startRuns(fleet, THREE_STEPS, 2_000);
  tell('accepted runs a second, one gateway', accepted.toFixed(0), '≥ 500');
  await fleet.database.query(`delete from runs`);
}
let one: Burst;
{
  await using _one = await fleet.start(ONE);
  await startRuns(fleet, THREE_STEPS, 40);
  const idle = await idleRates(fleet);
  tell(`idle transactions a second, ${size(ONE)}`, idle.transactions.toFixed(1));
  one = await burst(fleet, FEW_RUNS, idle.transactions);
  tell(`runs a second, ${size(ONE)}`, one.runsPerSecond.toFixed(1));
  tell('transactions for each run of three steps, one runner', one.transactions.toFixed(1));
}
{
  await using _many = await fleet.start(MANY);
  const idle = await idleRates(fleet);
  tell(`idle transactions a second, ${size(MANY)}`, idle.transactions.toFixed(1), '≤ 150');
  tell(`idle connections, ${size(MANY)}`, String(await connections(fleet.database)), '≤ 350');
  const many = await burst(fleet, MANY_RUNS, idle.transactions);
  tell(`runs a second, ${size(MANY)}`, many.runsPerSecond.toFixed(1));
  tell(`of ${MANY_RUNS} runs did not pass`, String(many.failed), '0');
  tell('connections after that', String(await connections(fleet.database)), '≤ 350');
  const ratio = many.transactions / one.transactions;
  tell(
    'transactions for each run of three steps, many runners',
    `${many.transactions.toFixed(1)} (×${ratio.toFixed(2)} of one runner)`,
    '×1.2',
  );
  tell('WAL for each run of three steps, KiB', (many.walBytes / 1_024).toFixed(1));

  await startRuns(fleet, WAITING, LIVE_RUNS);
  await until(fleet, `status = 'running' and state = 'running.stepping.acting'`, LIVE_RUNS);
  await fleet.database.query('checkpoint');
  const from = await read(fleet.database);
  await delay(LIVE_MS);
  const live = between(from, await read(fleet.database));
  const bytes = (live.walBytes / live.seconds - idle.walBytes) / LIVE_RUNS;
  tell('WAL for each live idle run and second, bytes', bytes.toFixed(0), '≤ 300');
}

console.log('\n| figure | value | bound |\n| --- | ---: | ---: |');
for (const { figure, value, bound = '' } of table) console.log(`| ${figure} | ${value} | ${bound} |`);
