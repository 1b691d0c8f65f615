/* I1 to I15: random faults, also behind a pooler for PostgreSQL, break no promise. */
import { describe, expect, it } from 'vitest';
import { share } from '../../support/share.ts';
import { runBench } from './bench.ts';
import { checkHistory, describeViolation } from './checker/check.ts';
import { createSchedule, type Size } from './schedule.ts';
import { readSeeds } from './seeds.ts';
import { rowOf, tally } from './tally.ts';

/*
 * The bounded part plays one behind a pooler, and one on a grown database (`grown.alone.test.ts`). `FAULT_SEEDS` (`3,17`,
 * `1-10`), `FAULT_POOLED_SEEDS` and `FAULT_MINUTES` choose others; `FAULT_KEEP` keeps clean histories, too.
 */
const { FAULT_SEEDS, FAULT_POOLED_SEEDS, FAULT_MINUTES, FAULT_KEEP } = process.env;
const SEEDS = readSeeds(FAULT_SEEDS ?? share('', '1-10'));
const POOLED_SEEDS = readSeeds(FAULT_POOLED_SEEDS ?? share('11', '11-12'));
const MINUTES = Number(FAULT_MINUTES ?? share(0.2, 1));
const SIZE: Size = {
  forMs: Math.round(MINUTES * 60_000),
  runs: Math.round(MINUTES * 300),
  faults: Math.round(MINUTES * 72),
};

const TIMEOUT = { timeout: SIZE.forMs + 300_000 };

describe('the random schedule: whatever breaks, every promise is kept (I1 to I15)', () => {
  it.each(SEEDS)('seed %i', TIMEOUT, (seed) => play(seed));
  it.each(POOLED_SEEDS)('seed %i, behind a pooler in transaction mode', TIMEOUT, (seed) =>
    play(seed, { pooled: true }),
  );
});

async function play(seed: number, how: { pooled?: boolean } = {}): Promise<void> {
  console.log(`seed ${seed}: ${SIZE.runs} runs and ${SIZE.faults} faults in ${MINUTES} minutes`);
  const { history, runs, faults } = await runBench(createSchedule(seed, SIZE), how);
  const violations = checkHistory(history.entries);
  const reported = { entries: history.entries, runs, faults, violations: violations.length };
  console.log(`seed ${seed}: ${runs} runs started, ${faults} faults, ${violations.length} violations`);
  console.log(rowOf(seed, reported));
  console.log(`seed ${seed}: ${tally(history.entries)}`);
  if (violations.length === 0 && !FAULT_KEEP) await history.remove();
  else console.error(`seed ${seed}: the history is kept in ${await history.keep()}`);
  expect(violations.slice(0, 20).map(describeViolation)).toEqual([]);
  // It was a load, however busy the machine; where a fault has taken all gateways, starts are refused.
  expect(runs).toBeGreaterThan(SIZE.runs / 3);
  expect(faults).toBeGreaterThan(SIZE.faults / 2);
}
