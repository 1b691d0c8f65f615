import { type BenchClient, SHORT } from './client.ts';
import {
  type ByGroup,
  cpuByGroup,
  cpuOfNode,
  GROUPS,
  memoryBesideBrowsers,
  memoryByGroup,
  meterBrowsers,
  peakDuring,
} from './groups.ts';
import type { RawPlaywright } from './raw/playwright.ts';
import type { BenchStack } from './stack.ts';
import { wallNow } from './support/median.ts';

export interface Sides {
  client: BenchClient;
  raw: RawPlaywright;
  pids: BenchStack['pids'];
  /** Runs, or contexts, at a time. */
  slots: number;
}

/** How long runs posted at once take until all have passed, ms. */
export async function runAtOnce(client: BenchClient, runs: number): Promise<number> {
  const sent = wallNow();
  const started = await Promise.all(Array.from({ length: runs }, () => client.start(SHORT)));
  return (await client.allPassed(started.map(({ id }) => id))) - sent;
}

/** Wall of some runs at once, in turns, ms. */
export async function atOnce({ client, raw, slots }: Sides, runs: number, rounds: number) {
  const [ours, beside]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    ours.push(await runAtOnce(client, runs));
    beside.push(await raw.many(runs, slots));
  }
  return { ours, beside };
}

/** Flows a second and CPU per flow of blocks of runs, in turns with raw Playwright. */
export async function fullQueue({ client, raw, pids, slots }: Sides, flows: number, blocks: number) {
  const rate: Record<'ours' | 'beside', number[]> = { ours: [], beside: [] };
  const cpu = { ours: [] as ByGroup[], beside: [] as { node: number; chromium: number }[] };
  using browsers = meterBrowsers(pids.of.runner[0]!);
  using browserBeside = meterBrowsers(raw.pid);
  const ofOurs = (): ByGroup => ({ ...cpuByGroup(pids), chromium: browsers.cpuMs() });
  const ofBeside = () => ({ node: cpuOfNode(raw.pid), chromium: browserBeside.cpuMs() });
  for (let block = 0; block < blocks; block += 1) {
    const before = ofOurs();
    rate.ours.push((flows / (await runAtOnce(client, flows))) * 1_000);
    cpu.ours.push(perFlow(ofOurs(), before, flows));
    const rawBefore = ofBeside();
    rate.beside.push((flows / (await raw.many(flows, slots))) * 1_000);
    cpu.beside.push(perFlow(ofBeside(), rawBefore, flows));
  }
  return { rate, cpu };
}

function perFlow<Name extends string>(
  now: Record<Name, number>,
  before: Record<Name, number>,
  flows: number,
): Record<Name, number> {
  const names = Object.keys(now) as Name[];
  const entries = names.map((name) => [name, (now[name] - before[name]) / flows]);
  return Object.fromEntries(entries);
}

/** Peaks of memory with some runs at once, MiB. Looking takes a share of the CPU: nothing else is measured with it. */
export async function memoryAtOnce({ client, raw, pids, slots }: Sides, runs: number) {
  const total = (groups: ByGroup) => GROUPS.reduce((sum, group) => sum + groups[group], 0);
  const ours = await peakDuring(runAtOnce(client, runs), () => memoryByGroup(pids), total);
  const beside = await peakDuring(
    raw.many(runs, slots),
    () => memoryBesideBrowsers(raw.pid),
    ({ node, chromium }) => node + chromium,
  );
  return { ours, total: total(ours), beside };
}
