import type { Figure } from './figures.ts';
import { type ByGroup, GROUPS } from './groups.ts';
import type { atOnce, fullQueue, memoryAtOnce } from './many-at-once.ts';
import type { Samples } from './one-at-a-time.ts';
import { median } from './support/median.ts';

export interface Many {
  runs: number;
  slots: number;
  wall: Awaited<ReturnType<typeof atOnce>>;
  queue: Awaited<ReturnType<typeof fullQueue>>;
  memory: Awaited<ReturnType<typeof memoryAtOnce>>;
}

/** Whose CPU is a run's own cost, besides that of its flow in the browser. */
const OURS = ['gateway', 'runner', 'postgres', 'nats'] as const;

/** The rows of the table, with the goals; and the parts of those that are sums. */
export function figuresOf(single: Samples, many: Many): { figures: Figure[]; details: Details } {
  const { queue, memory } = many;
  const details = {
    cpuMsPerRun: mediansOf(queue.cpu.ours),
    cpuMsPerRawFlow: {
      node: median(queue.cpu.beside.map(({ node }) => node)),
      chromium: median(queue.cpu.beside.map(({ chromium }) => chromium)),
    },
    memoryMiB: memory.ours,
    rawMemoryMiB: memory.beside,
  };
  return { figures: [...oneAtATime(single), ...manyAtOnce(many)], details };
}

export interface Details {
  cpuMsPerRun: ByGroup;
  cpuMsPerRawFlow: { node: number; chromium: number };
  memoryMiB: ByGroup;
  rawMemoryMiB: { node: number; chromium: number };
}

const atMost = (bound: number) => ({ of: 'ours' as const, bound });
const ratioAtMost = (bound: number) => ({ of: 'ratio' as const, bound });

function oneAtATime(single: Samples): Figure[] {
  const { raw } = single;
  const health = { unit: 'ms', besideIs: 'a health request' };
  const closed = { unit: 'ms', beside: raw.cancel, besideIs: 'abort + close' };
  const opened = { unit: 'ms', beside: raw.open, besideIs: 'context + page' };
  return [
    { what: 'POST → 202', ours: single.accepted, ...health, beside: single.http, goal: atMost(5) },
    { what: 'POST → first `step_start`', ours: single.toStepStart, ...opened, goal: atMost(12) },
    {
      what: 'POST → pass',
      unit: 'ms',
      ours: single.toPass,
      beside: raw.flow,
      besideIs: 'context + flow + close',
      goal: ratioAtMost(1),
    },
    { what: 'cancel → 200', ours: single.answered, ...health, beside: single.httpOfCancel, goal: atMost(4) },
    { what: 'cancel → `run_end` at a watcher', ours: single.ended, ...closed, goal: atMost(12) },
  ];
}

function manyAtOnce({ runs, slots, wall, queue, memory }: Many): Figure[] {
  const own = queue.cpu.ours.map((groups) => OURS.reduce((sum, group) => sum + groups[group], 0));
  const servers = memory.ours.postgres + memory.ours.nats;
  return [
    {
      what: `${runs} at once, ${slots} at a time: wall`,
      unit: 'ms',
      ...wall,
      besideIs: 'as many contexts',
      goal: ratioAtMost(1.05),
    },
    {
      what: `${runs} at once: memory without PostgreSQL and NATS`,
      unit: 'MiB',
      ours: [memory.total - servers],
      beside: [memory.beside.node + memory.beside.chromium],
      besideIs: 'as many contexts',
      goal: ratioAtMost(1.15),
    },
    {
      what: `full queue, ${slots} at a time`,
      unit: 'flows/s',
      ours: queue.rate.ours,
      beside: queue.rate.beside,
      besideIs: 'as many contexts',
      goal: { of: 'ratio', bound: 0.95, moreIsBetter: true },
    },
    {
      what: 'CPU per run: gateway, runner, PostgreSQL, NATS',
      unit: 'ms',
      ours: own,
      beside: queue.cpu.beside.map(({ node }) => node),
      besideIs: 'Node',
      goal: atMost(20),
    },
    {
      what: 'CPU per run: Chromium',
      unit: 'ms',
      ours: queue.cpu.ours.map(({ chromium }) => chromium),
      beside: queue.cpu.beside.map(({ chromium }) => chromium),
      besideIs: 'Chromium',
    },
  ];
}

function mediansOf(samples: ByGroup[]): ByGroup {
  const entries = GROUPS.map((group) => [group, median(samples.map((each) => each[group]))]);
  return Object.fromEntries(entries);
}
