/*
 * Many watchers over SSE, each on a live run of its own, over two gateways: how long an event takes to its watcher, and how
 * much memory a watcher costs. The watchers are plain sockets in processes of their own (`watch-client.ts`). The delay is
 * from the event's `at`, which is the database's time of the commit on the same machine, so that the commit is in it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpus } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { cpuBetween, readCpu, residentBytes, tellCpu } from './cpu.ts';
import { type Fleet, openFleet } from './fleet.ts';
import { failures, startRuns, until } from './load.ts';
import type { Options } from './options.ts';
import type { BenchPostgres } from './postgres.ts';
import { shown, type Table } from './table.ts';
import type { Report, ToWatch } from './watch-client.ts';

const GATEWAYS = 2;
const SLOTS = 100;
/** Runs that begin. */
const AT_ONCE = 500;
/** More in one process would measure its event loop. */
const WATCHERS_OF_PROCESS = 2_500;
/** The most that a flow may have. */
const STEPS = 25;

export async function measureWatchers(
  postgres: BenchPostgres,
  options: Options,
  table: Table,
): Promise<void> {
  const { watchers, seconds } = options;
  await using fleet = await openFleet({ postgres, name: 'watchers' });
  await using _gateways = await fleet.start({ gateways: GATEWAYS, supervisors: 1 });
  await using _runners = await fleet.start({ runners: Math.ceil(watchers / SLOTS), slots: SLOTS });
  await startLive(fleet, ticking(options['step-ms']), watchers);
  const before = await residentBytes(fleet.pids.gateway);
  await using clients = await startClients(fleet);
  const { watched } = clients;
  table.note('runs that failed before, which nobody watches', (await failures(fleet)) ?? 'none');
  const bytes = (await residentBytes(fleet.pids.gateway)) - before;
  table.note('memory of the gateways for each watcher, KiB', shown(bytes / watched / 1_024));

  const cpu = await readCpu(fleet);
  clients.tell('begin');
  await delay(seconds * 1_000);
  const used = cpuBetween(cpu, await readCpu(fleet));
  clients.tell('end');
  const reports = await clients.reports;
  const all = reports.flatMap(({ delays }) => delays).toSorted((a, b) => a - b);
  const part = (of: number) => all[Math.min(all.length - 1, Math.floor(of * all.length))] ?? Number.NaN;
  const what = `${watched} watchers, two gateways, ${shown(all.length / seconds)} events a second`;
  table.figure(`event → watcher, p99 ms, ${what}`, part(0.99), { most: 100 });
  table.note('p50, p90, most, ms', [part(0.5), part(0.9), part(1)].map(shown).join(', '));
  table.note(`of ${cpus().length} cores meanwhile, without the watchers`, tellCpu(used, seconds));
  const open = reports.reduce((sum, report) => sum + report.open, 0);
  table.figure('watchers that were still connected', open, { least: watched });
}

/** Some at a time: what is measured is many that are live, not many that begin. */
async function startLive(fleet: Fleet, flow: object, count: number): Promise<void> {
  for (let started = 0; started < count; ) {
    const more = Math.min(AT_ONCE, count - started);
    await startRuns(fleet, flow, more);
    started += more;
    await until(fleet, `state = 'running.stepping.acting'`, started, { orMore: 0.98 });
  }
}

/** Each step is over after about so long, and the next begins. */
const ticking = (ms: number) => ({
  baseUrl: 'http://127.0.0.1:1',
  steps: Array.from({ length: STEPS }, () => ({
    action: 'waitForSelector',
    selector: `#after-${ms}`,
    timeoutMs: Math.min(120_000, 2 * ms + 10_000),
  })),
});

interface Clients extends AsyncDisposable {
  /** How many runs: a watcher each. */
  watched: number;
  tell(what: 'begin' | 'end'): void;
  reports: Promise<Report[]>;
}

/** Resolves when all are connected. */
async function startClients({ database, gateways, apiKey }: Fleet): Promise<Clients> {
  const { rows } = await database.query<{ id: string }>(`select id from runs where status = 'running'`);
  const processes: ChildProcess[] = [];
  const reports: Promise<Report>[] = [];
  for (let from = 0; from < rows.length; from += WATCHERS_OF_PROCESS) {
    const runs = rows.slice(from, from + WATCHERS_OF_PROCESS).map(({ id }) => id);
    const child = spawn(process.execPath, ['test/bench/scale/watch-client.ts'], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    processes.push(child);
    const toWatch: ToWatch = { gateways, apiKey, runs };
    child.send(toWatch);
    await once(child, 'message');
    reports.push(once(child, 'message').then(([report]) => report as Report));
  }
  return {
    watched: rows.length,
    tell: (what) => {
      for (const child of processes) child.send(what);
    },
    reports: Promise.all(reports),
    async [Symbol.asyncDispose]() {
      const exited = processes.map((child) => child.exitCode ?? child.signalCode ?? once(child, 'exit'));
      for (const child of processes) child.kill();
      await Promise.all(exited);
    },
  };
}
