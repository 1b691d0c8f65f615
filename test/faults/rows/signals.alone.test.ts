/* I1 to I12: a process leaves in time after one SIGTERM and at once after two, and no run is lost. */
import { expect, test } from 'vitest';
import { share } from '../../support/share.ts';
import type { Stage } from '../bench/stage.ts';
import { enoughFor } from '../scale.ts';
import { type HowOften, type Left, playUnderLoad, restart } from './under-load.ts';

const COUNT = { gateway: 2, runner: 2, supervisor: share(1, 2) };
/** How often each of them; bounded, one of each kind. */
const ROUNDS = share(1, 2);
const victims = ({ world }: Stage) => world.slots.filter(({ n }) => share(n === 0, true));
/** Drain, what cancels need, the last events, and what closing may take. */
const IN_TIME_MS = 300 + 1_400 + 1_000 + 5_000;
/** For two slow cores. */
const AT_ONCE_MS = 2_000;

const says = (text: string) => (line: string) => line.includes(`"msg":"${text}"`);

test('row 21: SIGTERM to each process under load, then two of them to each: after one it claims nothing more, leaves in time, and none of its runs is called stale; after the second it leaves at once, and its runs end without it; nothing is lost (I1 to I12)', {
  timeout: enoughFor(12 * ROUNDS, 30_000) + 120_000,
}, async () => {
  const left: Record<HowOften, Left[]> = { once: [], twice: [] };
  const { started, runs, ends, runnerPids } = await playUnderLoad(
    { seed: 2_101, count: COUNT },
    async (stage) => {
      for (let round = 0; round < ROUNDS; round += 1)
        for (const howOften of ['once', 'twice'] as const)
          for (const slot of victims(stage)) left[howOften].push(await restart(stage, slot, howOften));
    },
  );
  expect(started).toBeGreaterThan(left.once.length + left.twice.length);

  for (const { exit, ms, lines } of left.once) {
    expect(exit).toEqual({ code: 0, signal: null });
    expect(ms).toBeLessThan(IN_TIME_MS);
    expect(lines.filter(says('closing took too long: exiting anyway'))).toEqual([]);
    expect(lines.findLastIndex(says('claimed'))).toBeLessThanOrEqual(lines.findIndex(says('draining')));
  }
  for (const { exit, ms, lines } of left.twice) {
    // One that has nothing to wait for may be gone before it hears the second.
    expect(exit.code).toBe(lines.some(says('second signal: exiting at once')) ? 1 : 0);
    expect(ms).toBeLessThan(AT_ONCE_MS);
  }
  expect(left.twice.some(({ exit }) => exit.code === 1)).toBe(true);
  const forced = new Set(left.twice.map(({ pid }) => pid));
  const lost = runs
    .filter(({ stale }) => stale)
    .map((run) => ({ ...run, pid: runnerPids.get(run.owner ?? '') }));
  const unasked = lost.filter(({ pid }) => pid === undefined || !forced.has(pid));
  expect(unasked.map((run) => ({ run, end: ends.get(run.id) }))).toEqual([]);
});
