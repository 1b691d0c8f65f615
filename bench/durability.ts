/*
 * npm run bench:durability -- [runs] [rounds]: the CPU of a run that is not the browser's. One runner of eight slots
 * with a full queue, real but for Chromium (`scale/stub-pool.ts`). Prints CPU by group, commits and statements' time.
 */

import { cpuBetween, readCpu } from './scale/cpu.ts';
import { openFleet } from './scale/fleet.ts';
import { count, FINAL, startRuns, THREE_STEPS, until } from './scale/load.ts';
import { startBenchPostgres } from './scale/postgres.ts';
import { median } from './support/median.ts';

const RUNS = Number(process.argv[2] ?? 300);
const ROUNDS = Number(process.argv[3] ?? 5);
const KINDS = ['gateway', 'runner', 'supervisor', 'postgres', 'nats'] as const;
const AT_ONCE = 8;

await using postgres = await startBenchPostgres();
await using fleet = await openFleet({ postgres, name: 'durability' });
await using _processes = await fleet.start({ gateways: 1, supervisors: 1, runners: 1, slots: AT_ONCE });

async function run(runs: number): Promise<void> {
  const before = await count(fleet, FINAL);
  await startRuns(fleet, THREE_STEPS, runs, AT_ONCE);
  await until(fleet, FINAL, before + runs);
}

// Before anything counts: code is compiled and plans are made.
await run(RUNS);
await fleet.database.query('select bench.pg_stat_statements_reset()');
const rounds: Record<(typeof KINDS)[number], number>[] = [];
for (let round = 0; round < ROUNDS; round += 1) {
  const before = await readCpu(fleet);
  await run(RUNS);
  const used = cpuBetween(before, await readCpu(fleet));
  rounds.push(
    Object.fromEntries(KINDS.map((kind) => [kind, (1_000 * used[kind]) / RUNS])) as (typeof rounds)[number],
  );
}

console.log(`medians of ${ROUNDS} rounds of ${RUNS} runs\n\n| group | CPU of a run, ms |\n| --- | ---: |`);
for (const kind of KINDS) console.log(`| ${kind} | ${median(rounds.map((row) => row[kind])).toFixed(1)} |`);
const sums = rounds.map((row) => KINDS.reduce((sum, kind) => sum + row[kind], 0));
console.log(`| all | ${median(sums).toFixed(1)} |`);

const { rows } = await fleet.database.query<{ text: string; calls: number; ms: number }>(
  `select left(regexp_replace(query, '\\s+', ' ', 'g'), 100) as text, calls::float8 / $1 as calls,
     total_exec_time::float8 / $1 as ms from bench.pg_stat_statements
   where dbid = (select oid from pg_database where datname = current_database())
   order by total_exec_time desc limit 8`,
  [RUNS * ROUNDS],
);
console.log('\n| statement | of a run | on the server, ms of a run |\n| --- | ---: | ---: |');
for (const { text, calls, ms } of rows)
  console.log(`| \`${text.replaceAll('|', '\\|')}\` | ${calls.toFixed(1)} | ${ms.toFixed(2)} |`);
