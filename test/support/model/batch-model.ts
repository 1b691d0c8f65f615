/*
 * Gateways at one batch of two tests, in every order in which they can look, start, and die, its runs can end, and it can be
 * cancelled. What becomes of a test the product decides; statements are as in the database. Pure.
 */
import {
  type BatchStatus,
  batchVerdict,
  isBatchFinal,
  isTestFinal,
  statusAfter,
  type TestStatus,
} from '#shared/domain/batch/rules.ts';
import type { Outcome } from '#shared/domain/run/outcome.ts';

const RETRIES = 1;
const MAX_PARALLEL = 1;
const MOST_DEATHS = 1;
const ENDS = ['pass', 'fail', 'lost'] as const;

interface Started {
  test: number;
  attempt: number;
}

interface World {
  status: BatchStatus;
  tests: { status: TestStatus; outcomes: Outcome[]; attempts: number }[];
  live: Started[];
  /** Runs that have ended, until a look notes that. */
  ends: (Started & { outcome: Outcome })[];
  /** The attempt that it is about to start. */
  gateways: (Started | null)[];
  /** A run was stored after the cancel. */
  begunLate: boolean;
  deaths: number;
}

/** What is left out of the statements, to see that it is needed. */
type Omission = 'nothing' | 'the look at the attempt' | 'the end of what waits';

const FIRST: World = {
  status: 'running',
  tests: [0, 1].map(() => ({ status: 'waiting', outcomes: [], attempts: 0 })),
  live: [],
  ends: [],
  gateways: [null, null],
  begunLate: false,
  deaths: 0,
};

type Change = (world: World) => void;

/** Notes what has ended, takes the next test, and says the verdict. */
const look =
  (gateway: number): Change =>
  (world) => {
    const rule = { retries: RETRIES, mayRetry: world.status === 'running' };
    for (const { test: index, outcome } of world.ends.splice(0)) {
      const test = world.tests[index]!;
      test.outcomes.push(outcome);
      test.status = statusAfter(test.outcomes, rule);
    }
    if (world.tests.every(({ status }) => isTestFinal(status))) {
      const tests = world.tests.map(({ status }) => ({ status, quarantined: false }));
      world.status = batchVerdict(tests, world.status === 'cancelling');
      return;
    }
    const next = world.tests.findIndex(({ status }) => status === 'waiting');
    if (world.status !== 'running' || next < 0 || runningOf(world) >= MAX_PARALLEL) return;
    world.gateways[gateway] = { test: next, attempt: world.tests[next]!.attempts + 1 };
  };

const runningOf = ({ tests }: World) => tests.filter(({ status }) => status === 'running').length;

const start =
  (gateway: number, { test: index, attempt }: Started, omits: Omission): Change =>
  (world) => {
    world.gateways[gateway] = null;
    const test = world.tests[index]!;
    const isNext = test.status === 'waiting' && test.attempts === attempt - 1;
    if (!isNext && omits !== 'the look at the attempt') return;
    if (world.status !== 'running' || runningOf(world) >= MAX_PARALLEL) return;
    world.begunLate ||= world.status !== 'running';
    Object.assign(test, { status: 'running', attempts: attempt });
    world.live.push({ test: index, attempt });
  };

const end =
  (run: number, outcome: Outcome): Change =>
  (world) => {
    const [ended] = world.live.splice(run, 1);
    world.ends.push({ ...ended!, outcome });
  };

const cancel =
  (omits: Omission): Change =>
  (world) => {
    world.status = 'cancelling';
    if (omits === 'the end of what waits') return;
    for (const test of world.tests) if (test.status === 'waiting') test.status = 'cancelled';
  };

const die =
  (gateway: number): Change =>
  (world) => {
    world.gateways[gateway] = null;
    world.deaths += 1;
  };

function movesOf(world: World, omits: Omission): Change[] {
  const { status, live, gateways, deaths } = world;
  const moves: Change[] = [];
  for (const [n, taken] of gateways.entries()) {
    if (taken) moves.push(start(n, taken, omits));
    else if (!isBatchFinal(status)) moves.push(look(n));
    if (taken && deaths < MOST_DEATHS) moves.push(die(n));
  }
  for (const run of live.keys())
    for (const outcome of status === 'running' ? ENDS : [...ENDS, 'cancelled' as const])
      moves.push(end(run, outcome));
  if (status === 'running') moves.push(cancel(omits));
  return moves;
}

/** A test has more runs than it may, more go on at once than may, one was begun late, or it is over and one goes on. */
function isBroken({ tests, live, status, begunLate }: World): boolean {
  const runs = tests.map(
    ({ outcomes }, test) => outcomes.length + live.filter((run) => run.test === test).length,
  );
  return (
    runs.some((count) => count > RETRIES + 1) ||
    live.length > MAX_PARALLEL ||
    begunLate ||
    (isBatchFinal(status) && live.length > 0)
  );
}

export interface ExploredBatch {
  states: number;
  /** How often it came to each verdict. */
  verdicts: Partial<Record<BatchStatus, number>>;
  /** A state that must not be, or in which nothing goes on though the batch has not ended. */
  broken: World | undefined;
}

/** Goes through every state that there can be. */
export function exploreBatch(omits: Omission = 'nothing'): ExploredBatch {
  const seen = new Set([JSON.stringify(FIRST)]);
  const waiting = [FIRST];
  const verdicts: ExploredBatch['verdicts'] = {};
  for (let world = waiting.pop(); world; world = waiting.pop()) {
    const isOver = isBatchFinal(world.status);
    const nexts = movesOf(world, omits).map((move) => {
      const next = structuredClone(world);
      move(next);
      return next;
    });
    const own = JSON.stringify(world);
    const isStuck = !isOver && nexts.every((next) => JSON.stringify(next) === own);
    if (isBroken(world) || isStuck) return { states: seen.size, verdicts, broken: world };
    if (isOver) verdicts[world.status] = (verdicts[world.status] ?? 0) + 1;
    for (const next of nexts) {
      const key = JSON.stringify(next);
      if (seen.has(key)) continue;
      seen.add(key);
      waiting.push(next);
    }
  }
  return { states: seen.size, verdicts, broken: undefined };
}
