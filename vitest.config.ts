import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './scripts/test/longest-first.ts';
import { slownessOfRun } from './scripts/test/slowness.ts';
import { EXTENDED, REST, SMALL } from './test/support/share.ts';

/** What busies all cores, or compares times: one after the other, after all others. */
const ALONE = '*.alone{,.full,.extended}.test.ts';
/** What takes five calm seconds. e2e is full as a whole. */
const FULL = '**/*.full.test.ts';
const folders = SMALL ? 'main-job,integration' : REST ? 'e2e,integration' : 'main-job,e2e,integration';
const LEFT_OUT = [
  ...(EXTENDED ? [] : ['**/*.extended.test.ts']),
  ...(SMALL ? [FULL] : []),
  ...(REST ? ['test/integration/**/!(*.full|*.extended).test.ts'] : []),
];

/** How slow the machine is now, at its calmest and at its busiest. */
const { least, most } = await slownessOfRun();
/** What only ends a test that hangs is longer then; no test is judged by it. */
const PATIENCE = Math.min(10, Math.max(1, most));
const hangs = (ms: number) => Math.round(ms * PATIENCE);

const withHooks = {
  setupFiles: ['test/support/hooks.setup.ts'],
  runner: 'test/support/machine.ts',
  // What is waited for comes late on a busy machine; the same as in test/support/eventually.ts.
  expect: { poll: { timeout: hangs(30_000) } },
  env: { TEST_SLOWNESS: String(PATIENCE) },
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
const inTurn = { fileParallelism: false };
/** What the stacks and browsers of a worker may need, bytes. */
const MEMORY = 2 ** 31;
/** As many as this machine can feed now: so many for each calm core, but no more than its memory is for. */
const workers = (perCore: number) =>
  Math.max(
    2,
    Math.min(8, Math.ceil((perCore * availableParallelism()) / Math.max(1, least)), totalmem() / MEMORY),
  );
/** More than there are cores: their files wait for a good part of their time. With more, the cores are late with everything. */
const WAITING_WORKERS = Math.floor(workers(2));
/** Those of the faults are judged by the clock more often. */
const FAULT_WORKERS = Math.floor(workers(1.5));

/*
 * Groups run one after the other. e2e, main-job and integration are one, and one project, so that workers take files of each
 * (`LongestFirst` mixes them) and keep what they have loaded.
 */
export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    // A line for each file.
    slowTestThreshold: 60_000,
    projects: [
      {
        test: {
          ...withHooks,
          name: 'unit',
          include: [REST ? `test/unit/${FULL}` : 'test/unit/**/*.test.ts'],
          exclude: SMALL ? [FULL] : [],
          testTimeout: hangs(40_000),
          isolate: false,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...withServers,
          name: 'servers',
          include: [`test/{${folders}}/**/*.test.ts`],
          exclude: [`**/${ALONE}`, ...LEFT_OUT],
          testTimeout: hangs(EXTENDED ? 120_000 : 60_000),
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
          include: [`test/{${folders}}/**/${ALONE}`],
          exclude: LEFT_OUT,
          isolate: false,
          testTimeout: hangs(EXTENDED ? 120_000 : 60_000),
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          ...withServers,
          // With the numbers of docs/reliability.md nothing runs beside, or before, what is measured.
          ...(EXTENDED ? inTurn : { maxWorkers: FAULT_WORKERS }),
          name: 'faults',
          isolate: EXTENDED,
          include: ['test/{faults,cluster}/**/*.test.ts'],
          exclude: [`**/${ALONE}`],
          testTimeout: hangs(120_000),
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          ...withServers,
          ...inTurn,
          name: 'faults-alone',
          isolate: EXTENDED,
          include: [`test/faults/**/${ALONE}`],
          testTimeout: hangs(120_000),
          sequence: { groupOrder: 4 },
        },
      },
    ],
  },
});
