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

/** A browser that has ended is in what its parent has outlived. */
export function cpuBesideBrowsers(root: number): Split {
  const { node, chromium, ended } = cpuOfLivingAndEnded(root);
  return { node, chromium: chromium + ended };
}

export function memoryBesideBrowsers(root: number): Split {
  const split = { node: 0, chromium: 0 };
  for (const row of treeOf(root)) split[isChromium(row) ? 'chromium' : 'node'] += memoryOf(row.pid);
  return split;
}

function byGroup(
  { of }: BenchStack['pids'],
  whole: (root: number) => number,
  split: (root: number) => Split,
): ByGroup {
  const sum = (kind: keyof typeof of) => of[kind].map(whole).reduce((all, value) => all + value, 0);
  const runners = of.runner.map(split);
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

/** CPU time so far, ms. */
export const cpuByGroup = (pids: BenchStack['pids']): ByGroup => byGroup(pids, cpuOfTree, cpuBesideBrowsers);

/** Memory now, MiB. */
export const memoryByGroup = (pids: BenchStack['pids']): ByGroup =>
  byGroup(pids, memoryOfTree, memoryBesideBrowsers);

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
