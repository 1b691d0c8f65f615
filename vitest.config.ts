import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { measureSlowness } from './scripts/test/slowness.ts';
import { LongestFirst } from './test/support/longest-first.ts';
import { partlyExtended } from './test/support/partly-extended.ts';

/** Busy on all cores, or comparing times: one after the other, after all others. */
const ALONE = [
  'integration/runner/browser/page/floods',
  'integration/gateway/cancel/cancel-run',
  'integration/gateway/subscribers/crowd',
  'e2e/orphan',
].map(fileOf);

/** Further cases: `npm run test:extended`. */
const EXTENDED = 'test/{integration,e2e}/**/*.extended.test.ts';
/** Of these, `npm test` does a part, and the extended tests all. */
const SHARED = partlyExtended();
const EXTENDED_ALONE = [
  'integration/runner/browser/page/all-floods',
  'integration/gateway/cancel/cancel-many',
  'e2e/all-floods',
  'e2e/lights',
]
  .map((name) => fileOf(`${name}.extended`))
  .concat(ALONE.filter((path) => SHARED.includes(path)));

/** Of the faults: judged by the clock, or a load for all cores by themselves. */
const FAULTS_ALONE = [
  ...['faults/bench/bench', 'faults/bench/grown'],
  ...['faults/rows/cancels', 'faults/rows/runner-deaths', 'faults/rows/signals'],
].map(fileOf);
/** With the numbers of docs/reliability.md nothing runs beside, or before, what is measured. */
const FULL = process.env.FAULTS === 'full';

function fileOf(name: string): string {
  return `test/${name}.test.ts`;
}

/** How slow the machine is now. What only ends a test that hangs is longer then; no test is judged by it. */
const SLOWNESS = Math.min(10, Math.max(1, await measureSlowness()));
const hangs = (ms: number) => Math.round(ms * SLOWNESS);

const withHooks = {
  setupFiles: ['test/support/hooks.setup.ts'],
  // What is waited for comes late on a busy machine.
  expect: { poll: { timeout: hangs(10_000) } },
  env: { TEST_SLOWNESS: String(SLOWNESS) },
};
const withServers = {
  ...withHooks,
  // Much is short-lived, and memory is plenty: less is collected.
  execArgv: ['--max-semi-space-size=64'],
  globalSetup: ['test/support/servers/servers.setup.ts'],
  hookTimeout: hangs(90_000),
  // Services start from it, too.
  env: { ...withHooks.env, NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules/.cache/node') },
};
const extended = {
  ...withServers,
  isolate: false,
  testTimeout: hangs(120_000),
  provide: { extended: true },
};
const inTurn = { fileParallelism: false };
/** What the stacks and browsers of a worker may need, bytes. */
const MEMORY = 2 ** 31;
/** As many as this machine can feed now: so many for each calm core, but no more than its memory is for. */
const workers = (perCore: number) =>
  Math.max(2, Math.min(8, Math.round((perCore * availableParallelism()) / SLOWNESS), totalmem() / MEMORY));
/** More than there are cores: their files wait for a good part of their time. With more, the cores are late with everything. */
const WAITING_WORKERS = Math.floor(workers(2));
/** Those of the faults are judged by the clock more often. */
const FAULT_WORKERS = Math.floor(workers(1.5));

/*
 * Groups run one after the other. e2e and integration are one, and one project, so that workers take files of either
 * (`LongestFirst` mixes them) and keep what they have loaded.
 */
export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          ...withHooks,
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          testTimeout: hangs(20_000),
          isolate: false,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...withServers,
          name: 'servers',
          include: ['test/integration/**/*.test.ts', 'test/e2e/**/*.test.ts'],
          exclude: [...ALONE, EXTENDED],
          testTimeout: hangs(60_000),
          isolate: false,
          maxWorkers: WAITING_WORKERS,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...withServers,
          ...inTurn,
          name: 'alone',
          include: ALONE,
          isolate: false,
          testTimeout: hangs(60_000),
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          ...extended,
          name: 'extended',
          include: [EXTENDED, ...SHARED],
          exclude: EXTENDED_ALONE,
          maxWorkers: WAITING_WORKERS,
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          ...extended,
          ...inTurn,
          name: 'extended-alone',
          include: EXTENDED_ALONE,
          sequence: { groupOrder: 4 },
        },
      },
      {
        test: {
          ...withServers,
          ...(FULL ? inTurn : { maxWorkers: FAULT_WORKERS }),
          name: 'faults',
          isolate: FULL,
          include: ['test/faults/**/*.test.ts', 'test/cluster/**/*.test.ts'],
          exclude: FAULTS_ALONE,
          testTimeout: hangs(120_000),
          sequence: { groupOrder: 5 },
        },
      },
      {
        test: {
          ...withServers,
          ...inTurn,
          name: 'faults-alone',
          isolate: FULL,
          include: FAULTS_ALONE,
          testTimeout: hangs(120_000),
          sequence: { groupOrder: 6 },
        },
      },
    ],
  },
});
