/* I14: with much stored and waiting, a claim or a cancel costs at most 1.5 times as much, and promises hold. */
import { beforeAll, describe, expect, it } from 'vitest';
import { PATIENCE_MS } from '../../support/eventually.ts';
import { startTestNats } from '../../support/servers/servers.ts';
import { share } from '../../support/share.ts';
import { runBench } from './bench.ts';
import { checkHistory, describeViolation } from './checker/check.ts';
import { median } from './checker/costs.ts';
import { compareCosts } from './costs.ts';
import { type GrownServer, startGrownServer } from './grown.ts';
import type { CostEntry, HistoryEntry } from './history.ts';
import { createSchedule, type Size } from './schedule.ts';
import { setStage } from './stage.ts';
import { tally } from './tally.ts';

/*
 * A database in which much is stored and much waits, behind one concurrency key. `TESTS=extended` takes the whole million;
 * `FAULT_MINUTES` is how long the schedule takes that is played on it.
 */
const { FAULT_MINUTES } = process.env;
const STOCK = share({ finished: 50_000, behindKey: 5_000 }, { finished: 1_000_000, behindKey: 100_000 });
const SEED = 21;
const MINUTES = Number(FAULT_MINUTES ?? share(0.2, 1));
const SIZE: Size = {
  forMs: Math.round(MINUTES * 60_000),
  runs: Math.round(MINUTES * 300),
  faults: Math.round(MINUTES * 72),
};
/** Medians of fewer rounds differ by half now and then, on a machine that others use. */
const ROUNDS = 40;
const ONE_OF_EACH = { gateway: 1, runner: 1, supervisor: 1 };

const reported = ({ what, empty, grown, most }: CostEntry) => {
  const [before, after] = [median(empty), median(grown)];
  return `${what}: ${before.toFixed(1)} on an empty database, ${after.toFixed(1)} on a grown one, ${(after / before).toFixed(2)} times${most ? `; most of ${JSON.stringify(most)}` : ''}`;
};

describe('a database that has grown', () => {
  let grown: GrownServer;
  beforeAll(async () => {
    grown = await startGrownServer(STOCK);
  }, 900_000);

  const set = async (which: 'empty' | 'grown') => {
    const [databaseUrl, nats] = await Promise.all([grown.database(which), startTestNats()]);
    const options = { seed: 800, runs: ROUNDS + 1, databaseUrl, nats, accounts: false, count: ONE_OF_EACH };
    return { stage: await setStage(options), databaseUrl, nats };
  };

  it('I14: claims and cancels as fast as an empty one, within 1.5 times, and reads as little', {
    timeout: 300_000,
  }, async () => {
    const sides = { empty: await set('empty'), grown: await set('grown') };
    const { seed, first } = { seed: 800, first: 1 };
    const costs = await compareCosts(sides.empty, sides.grown, { rounds: ROUNDS, first, seed });
    const entries: HistoryEntry[][] = [];
    for (const { stage, nats } of Object.values(sides)) {
      await stage.quiet(PATIENCE_MS);
      const history = await stage.close();
      entries.push([...history.entries]);
      await Promise.all([history.remove(), nats.stop()]);
    }
    console.log(costs.map(reported).join('\n'));
    expect(entries.flatMap(checkHistory).slice(0, 20).map(describeViolation)).toEqual([]);
  });

  it(`keeps every promise whatever breaks (I1 to I15): seed ${SEED}`, {
    timeout: SIZE.forMs + 420_000,
  }, async () => {
    const given = { server: grown.server, url: await grown.database('grown') };
    const { history, runs, faults } = await runBench(createSchedule(SEED, SIZE), { given });
    const violations = checkHistory(history.entries);
    console.log(`seed ${SEED}: ${runs} runs started, ${faults} faults, ${violations.length} violations`);
    console.log(`seed ${SEED}: ${tally(history.entries)}`);
    if (violations.length === 0) await history.remove();
    else console.error(`seed ${SEED}: the history is kept in ${await history.keep()}`);
    expect(violations.slice(0, 20).map(describeViolation)).toEqual([]);
    // It was a load, however busy the machine.
    expect(runs).toBeGreaterThan(SIZE.runs / 3);
    expect(faults).toBeGreaterThan(SIZE.faults / 2);
  });
});
