import { setTimeout as delay } from 'node:timers/promises';
import { cpuOfTree, memoryOf, treeOf } from './process-tree.ts';
import type { BenchStack } from './stack.ts';

export const GROUPS = ['gateway', 'runner', 'supervisor', 'postgres', 'nats', 'chromium'] as const;
export type Group = (typeof GROUPS)[number];
export type ByGroup = Record<Group, number>;

/** What belongs to a process of Node and its browsers: `node` without the browsers. */
type Split = Record<'node' | 'chromium', number>;

const isChromium = ({ name }: { name: string }) => name.startsWith('chrom') || name === 'exe';

/** The same, and what Node has outlived: encoders and browsers. A browser outlives its pages. */
export function cpuOfLivingAndEnded(root: number): Split & { ended: number } {
  const split = { node: 0, chromium: 0, ended: 0 };
  for (const row of treeOf(root)) {
    split[isChromium(row) ? 'chromium' : 'node'] += row.ownMs;
    split[isChromium(row) ? 'chromium' : 'ended'] += row.outlivedMs;
  }
  return split;
}

export interface BrowsersMeter extends Disposable {
  /** CPU time so far, ms, of the browsers below a process, those included that have ended since it began to look. */
  cpuMs(): number;
}

/** What a browser does between the last look and its end is not counted. */
const LOOK_MS = 250;

/** A browser's CPU time cannot be read once it has ended, so it is sampled while the browser runs. */
export function meterBrowsers(root: number): BrowsersMeter {
  const seen = new Map<number, number>();
  const look = () => {
    const rows = treeOf(root);
    const others = new Set(rows.filter((row) => !isChromium(row)).map(({ pid }) => pid));
    for (const row of rows)
      if (isChromium(row) && others.has(row.parent))
        seen.set(row.pid, Math.max(seen.get(row.pid) ?? 0, cpuOfTree(row.pid)));
  };
  const timer = setInterval(look, LOOK_MS);
  return {
    cpuMs() {
      look();
      return [...seen.values()].reduce((sum, ms) => sum + ms, 0);
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}

/** CPU time so far, ms, of a process and what it has started, but for the browsers. */
export const cpuOfNode = (root: number): number => cpuOfLivingAndEnded(root).node;

export function memoryBesideBrowsers(root: number): Split {
  const split = { node: 0, chromium: 0 };
  for (const row of treeOf(root)) split[isChromium(row) ? 'chromium' : 'node'] += memoryOf(row.pid);
  return split;
}

/** CPU time so far, ms, of all but the browsers. */
export function cpuByGroup({ of }: BenchStack['pids']): Omit<ByGroup, 'chromium'> {
  const sum = (kind: keyof typeof of, cpu: (root: number) => number) =>
    of[kind].reduce((all, root) => all + cpu(root), 0);
  return {
    gateway: sum('gateway', cpuOfTree),
    runner: sum('runner', cpuOfNode),
    supervisor: sum('supervisor', cpuOfTree),
    postgres: sum('postgres', cpuOfTree),
    nats: sum('nats', cpuOfTree),
  };
}

/** Memory now, MiB. */
export function memoryByGroup({ of }: BenchStack['pids']): ByGroup {
  const sum = (kind: keyof typeof of) => of[kind].reduce((all, root) => all + memoryOfTree(root), 0);
  const runners = of.runner.map(memoryBesideBrowsers);
  return {
    gateway: sum('gateway'),
    runner: runners.reduce((all, { node }) => all + node, 0),
    supervisor: sum('supervisor'),
    postgres: sum('postgres'),
    nats: sum('nats'),
    chromium: runners.reduce((all, { chromium }) => all + chromium, 0),
  };
}

const memoryOfTree = (root: number) => treeOf(root).reduce((sum, { pid }) => sum + memoryOf(pid), 0);

const SAMPLE_MS = 100;

/** The largest of what `look` gives while `work` is done, by `size`. */
export async function peakDuring<T>(
  work: Promise<unknown>,
  look: () => T,
  size: (seen: T) => number,
): Promise<T> {
  let over = false;
  const ended = work.finally(() => {
    over = true;
  });
  let peak = look();
  while (!over) {
    await delay(SAMPLE_MS);
    const seen = look();
    if (size(seen) > size(peak)) peak = seen;
  }
  await ended;
  return peak;
}
