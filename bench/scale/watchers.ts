/*
 * Many watchers over SSE and two gateways, on runs of their own or on the same one: an event's delay and the memory
 * of a watcher (`watch-client.ts`). The delay begins at the event's `at`, so it includes the commit.
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
/** A run with a crowd goes on for as long as this measures it. */
const CROWD_STEP_MS = 1_000;
const CROWD_SECONDS = 15;
/** Watchers of a crowd that are measured. */
const MEASURED = 20;

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
  await using clients = await startClients(fleet, inProcesses(await running(fleet)));
  const { watched } = clients;
  table.note('runs that failed before, which nobody watches', (await failures(fleet)) ?? 'none');
  const bytes = (await residentBytes(fleet.pids.gateway)) - before;
  table.note('memory of the gateways for each watcher, KiB', shown(bytes / watched / 1_024));
  const { part, rate } = await measureDelays(fleet, clients, seconds, table);
  const what = `${watched} watchers, two gateways, ${shown(rate)} events a second`;
  table.figure(`event → watcher, p99 ms, ${what}`, part(0.99), { most: 100 });
  table.note('p50, p90, most, ms', [part(0.5), part(0.9), part(1)].map(shown).join(', '));
}

/** All watch the same run. */
export async function measureCrowd(postgres: BenchPostgres, { crowd }: Options, table: Table): Promise<void> {
  await using fleet = await openFleet({ postgres, name: 'crowd' });
  await using _gateways = await fleet.start({ gateways: GATEWAYS, supervisors: 1 });
  await using _runners = await fleet.start({ runners: 1, slots: 1 });
  await startLive(fleet, ticking(CROWD_STEP_MS), 1);
  const [run] = await running(fleet);
  await using clients = await startClients(fleet, crowdOf(run!, crowd));
  const { part, rate } = await measureDelays(fleet, clients, CROWD_SECONDS, table);
  const what = `${crowd} watchers of one run, two gateways, ${shown(rate)} events a second`;
  table.figure(`event → watcher, median ms, ${what}`, part(0.5), { most: 3 });
  table.note('p10, p90, p99, ms', [part(0.1), part(0.9), part(0.99)].map(shown).join(', '));
}

/** How late the events of some time are; `part(0.5)` is the median, ms. */
async function measureDelays(
  fleet: Fleet,
  { tell, reports, watched }: Clients,
  seconds: number,
  table: Table,
) {
  const cpu = await readCpu(fleet);
  tell('begin');
  await delay(seconds * 1_000);
  const used = cpuBetween(cpu, await readCpu(fleet));
  tell('end');
  const reported = await reports;
  const all = reported.flatMap(({ delays }) => delays).toSorted((a, b) => a - b);
  table.note(`of ${cpus().length} cores meanwhile, without the watchers`, tellCpu(used, seconds));
  const open = reported.reduce((sum, report) => sum + report.open, 0);
  table.figure('watchers that were still connected', open, { least: watched });
  const part = (of: number) => all[Math.min(all.length - 1, Math.floor(of * all.length))] ?? Number.NaN;
  return { part, rate: all.length / seconds };
}

const running = async ({ database }: Fleet): Promise<string[]> =>
  (await database.query<{ id: string }>(`select id from runs where status = 'running'`)).rows.map(
    ({ id }) => id,
  );

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
  /** How many watchers. */
  watched: number;
  tell(what: 'begin' | 'end'): void;
  reports: Promise<Report[]>;
}

type Group = Omit<ToWatch, 'gateways' | 'apiKey'>;

const inProcesses = (runs: string[]): Group[] =>
  Array.from({ length: Math.ceil(runs.length / WATCHERS_OF_PROCESS) }, (_, n) => ({
    runs: runs.slice(n * WATCHERS_OF_PROCESS, (n + 1) * WATCHERS_OF_PROCESS),
  }));

/** Those that are measured come in the middle, in a process of their own, whose loop does not have to read all others. */
function crowdOf(run: string, count: number): Group[] {
  const half = Math.round((count - MEASURED) / 2);
  const times = (length: number) => Array.from({ length }, () => run);
  return [
    { runs: times(half), drained: true },
    { runs: times(MEASURED) },
    { runs: times(count - half - MEASURED), drained: true },
  ];
}

/** A process for each group, with a watcher for each of its runs; resolves when all are connected. */
async function startClients({ gateways, apiKey }: Fleet, groups: Group[]): Promise<Clients> {
  const processes: ChildProcess[] = [];
  const reports: Promise<Report>[] = [];
  for (const group of groups) {
    const child = spawn(process.execPath, ['bench/scale/watch-client.ts'], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    processes.push(child);
    const toWatch: ToWatch = { gateways, apiKey, ...group };
    child.send(toWatch);
    await once(child, 'message');
    reports.push(once(child, 'message').then(([report]) => report as Report));
  }
  return {
    watched: groups.reduce((sum, { runs }) => sum + runs.length, 0),
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
