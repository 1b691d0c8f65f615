/*
 * npm run bench:start -- [starts] [seconds of load]: time and CPU of `npm start` with a new home and with the same
 * one, and the memory of each process, idle and, if asked, with eight runs in flight. From /proc: Linux only.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { followChild } from '#shared/platform/process/child.ts';
import { connectClient } from './client.ts';
import { keepInFlight } from './keep-in-flight.ts';
import { cpuOfTree, residentOf } from './process-tree.ts';
import { type BenchStack, startPage } from './stack.ts';
import { median } from './support/median.ts';

const STARTS = Number(process.argv[2] ?? 5);
const LOAD_MS = Number(process.argv[3] ?? 0) * 1_000;
const IN_FLIGHT = 8;
const STOP_MS = 60_000;
const SAMPLE_MS = 20_000;
/** After a start, until memory is looked at, ms. */
const IDLE_MS = 5_000;

interface UpFile extends Pick<BenchStack, 'gateway' | 'database' | 'apiKey'> {
  pids: Record<'gateway' | 'runner' | 'supervisor', number[]> & { nats: number };
}

async function start(home: string) {
  const before = performance.now();
  const env = { ...process.env, GHOSTLY_HOME: home, LOG_LEVEL: 'warn', NO_COLOR: '1' };
  const spawned = spawn('npm', ['start', '--silent', '--', '--port', '0'], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const up = followChild(spawned);
  await up.line((line) => line.includes('is ready'));
  const ms = performance.now() - before;
  const cpuMs = cpuOfTree(up.pid!);
  const file = JSON.parse(await readFile(join(home, 'up.json'), 'utf8')) as UpFile;
  const stop = async () => void (await up.stop([['SIGTERM', STOP_MS]]));
  return { ms, cpuMs, file, [Symbol.asyncDispose]: stop };
}

const memory = ({ pids }: UpFile): number[] =>
  [pids.gateway[0]!, pids.runner[0]!, pids.supervisor[0]!, pids.nats].map(residentOf);
const row = (name: string, figures: readonly number[]): void =>
  console.log(`| ${name} | ${figures.map((figure) => figure.toFixed(0)).join(' | ')} |`);

const kinds = ['new home', 'the same home again'] as const;
const taken = kinds.map(() => ({ ms: [] as number[], cpuMs: [] as number[] }));
const idle: number[][] = [];
/** Removed in the end: for minutes after many files were removed, ext4 takes ten times as long to make new ones. */
const homes: string[] = [];
async function newHome(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'ghostly-start-'));
  homes.push(home);
  return home;
}
for (let n = 0; n < STARTS; n += 1) {
  const home = await newHome();
  for (const times of taken) {
    await using started = await start(home);
    times.ms.push(started.ms);
    times.cpuMs.push(started.cpuMs);
    if (times === taken[0]) continue;
    await delay(IDLE_MS);
    idle.push(memory(started.file));
  }
}
console.log(`medians of ${STARTS} starts\n`);
console.log('| `npm start` to ready | ms | CPU of all, ms |\n| --- | ---: | ---: |');
for (const [index, { ms, cpuMs }] of taken.entries()) row(kinds[index]!, [median(ms), median(cpuMs)]);
console.log('\n| MiB resident | gateway | runner | supervisor | NATS |\n| --- | ---: | ---: | ---: | ---: |');
row(
  'idle',
  [0, 1, 2, 3].map((column) => median(idle.map((figures) => figures[column]!))),
);

if (LOAD_MS > 0) {
  const home = await newHome();
  await using page = await startPage();
  await using started = await start(home);
  await using client = await connectClient(started.file, page.url);
  const load = keepInFlight(client, IN_FLIGHT);
  for (let at = SAMPLE_MS; at <= LOAD_MS; at += SAMPLE_MS) {
    await delay(SAMPLE_MS);
    row(`after ${at / 1_000} s of load, ${load.passed} runs`, memory(started.file));
  }
  await load.end();
  await delay(IDLE_MS);
  row('and idle again', memory(started.file));
}
for (const home of homes) await rm(home, { recursive: true, force: true });
