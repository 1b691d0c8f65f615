/* The checker finds each promise that a build or a history breaks, and nothing where none is broken. */
import { beforeAll, describe, expect, it } from 'vitest';
import { rows } from '../../support/database/rows.ts';
import { PATIENCE_MS } from '../../support/eventually.ts';
import { createTestDatabase, startTestNats } from '../../support/servers/servers.ts';
import { share } from '../../support/share.ts';
import { checkHistory, describeViolation, INVARIANTS, RULES, violationsOf } from '../bench/checker/check.ts';
import type { HistoryEntry, Timing } from '../bench/history.ts';
import { setStage } from '../bench/stage.ts';
import { compile, copyTree } from './copy-tree.ts';
import { FORGERIES } from './forgeries.ts';
import { MUTANTS, type Mutant } from './mutants.ts';
import { SCENARIOS } from './scenarios.ts';

/** What the unbroken build is tried with; the bounded part goes without those that take long. */
const CLEAN = share<(keyof typeof SCENARIOS)[]>(
  ['plain', 'pictured', 'cancelled', 'killedRunner', 'beside', 'straying'],
  Object.keys(SCENARIOS) as (keyof typeof SCENARIOS)[],
);
/** How many numbers of runs a scenario takes at most. */
const RUNS_EACH = 12;
const ONE_OF_EACH = { gateway: 1, runner: 1, supervisor: 1 };
/** Longer than anything may take that is not broken. */
const QUIET_MS = PATIENCE_MS;
/** A broken build may never come to an end; longer than any deadline. */
const BROKEN_QUIET_MS = 12_000;
/** Long enough for a busy machine to keep it. */
const TIMING: Timing = { leaseMs: 5_000, graceMs: 1_000, heartbeatMs: 1_000, sweepMs: 1_000 };

/** Each scenario after the other, on a stage with one of each process. */
async function play(
  seed: number,
  scenarios: (keyof typeof SCENARIOS)[],
  { root, weaken = [], quietMs }: { root?: string; weaken?: string[]; quietMs: number },
): Promise<HistoryEntry[]> {
  const [{ url: databaseUrl }, nats] = await Promise.all([createTestDatabase(), startTestNats()]);
  for (const statement of weaken) await rows(databaseUrl, statement);
  const options = {
    seed,
    runs: RUNS_EACH * scenarios.length,
    databaseUrl,
    nats,
    count: ONE_OF_EACH,
    timing: TIMING,
    ...(root !== undefined && { root }),
  };
  const stage = await setStage(options);
  for (const [n, name] of scenarios.entries()) await SCENARIOS[name](stage, seed, n * RUNS_EACH);
  await stage.quiet(quietMs);
  const history = await stage.close();
  await Promise.all([history.remove(), nats.stop()]);
  return [...history.entries];
}

describe('the checker', () => {
  let clean: HistoryEntry[];
  beforeAll(async () => {
    clean = await play(900, CLEAN, { quietMs: QUIET_MS });
  }, 180_000);

  it('finds nothing where nothing is broken, in all that the broken builds are tried with', () => {
    expect(checkHistory(clean).slice(0, 10).map(describeViolation)).toEqual([]);
  });

  it.each(FORGERIES)('$rule sees that $lie, in a history that was forged', ({ rule, forge }) => {
    const forged = structuredClone(clean);
    forge(forged);
    expect(violationsOf(rule, forged).length).toBeGreaterThan(0);
  });

  it('has a forgery for each rule, and a broken build for each promise', () => {
    expect(new Set(FORGERIES.map(({ rule }) => rule))).toEqual(new Set(Object.keys(RULES)));
    expect(new Set(MUTANTS.map(({ breaks }) => breaks))).toEqual(new Set(INVARIANTS));
  });

  it('has broken builds that the compiler takes: their changes fit the services as they are', async () => {
    const changes = MUTANTS.flatMap((mutant) => mutant.changes);
    const each = new Map(changes.map((change) => [JSON.stringify(change), change]));
    const { root, remove } = await copyTree([...each.values()]);
    try {
      expect(await compile(root)).toBe('');
    } finally {
      await remove();
    }
  });

  // One of them in the bounded part.
  const tried = share(
    MUTANTS.filter(({ breaks }) => breaks === 'I3'),
    MUTANTS,
  );

  it.each(tried)('$breaks is missed when $name', async ({ breaks, changes, scenario, weaken }: Mutant) => {
    const { root, remove } = await copyTree(changes);
    try {
      const seed = 901 + MUTANTS.findIndex((mutant) => mutant.changes === changes);
      const options = { root, quietMs: BROKEN_QUIET_MS, ...(weaken && { weaken }) };
      const violations = checkHistory(await play(seed, [scenario], options));
      const found = violations.filter(({ invariant }) => invariant === breaks);
      expect(
        found.length,
        violations.slice(0, 10).map(describeViolation).join('\n') || 'nothing was found',
      ).toBeGreaterThan(0);
      console.log(describeViolation(found[0]!));
    } finally {
      await remove();
    }
  });
});
