/*
 * What a bench run does and what befalls it, as data that follows from the seed and the size, so that a violation can
 * be looked for again. Times are ms since the start. Runs are named by the number of their start.
 */
import { type Fault, planFaults } from './plan-faults.ts';
import { createRandom, type Random } from './random.ts';

export const FLOW_KINDS = [
  'pass',
  'fail',
  'secret',
  'wait',
  'gated',
  'atomic',
  'requeue',
  'deadline',
  'hung',
  'flood',
  'big',
  'stray',
  'asks',
  'held',
] as const;
export type FlowKind = (typeof FLOW_KINDS)[number];

/** What a person asks of a run that goes on. */
export type PersonAct = 'pause' | 'pauseNow' | 'resume' | 'skip' | 'retry' | 'answer';

interface Asked {
  at: number;
  /** 0 starts most runs; 1 is a stranger to them. */
  user: 0 | 1;
  gateway: 0 | 1;
}

export interface Start extends Asked {
  do: 'start';
  run: number;
  flow: FlowKind;
  /** When a flow that waits for the site is let go on, ms after its start; left out: by another event. */
  releaseAfter?: number;
  /** One of a few keys; cancels the runs before it. */
  concurrencyKey?: string;
  /** Asked for again, with the same Idempotency-Key, over the other gateway. */
  twice?: true;
}

export type Action =
  | Start
  | (Asked & { do: 'cancel'; run: number; mode: 'graceful' | 'force'; times: number })
  | (Asked & { do: 'dryRun' | 'read' | 'peek'; run: number })
  | (Asked & { do: 'bulk'; runs: number[] })
  | (Asked & { do: 'watch'; run: number; leaves: number[] })
  | (Asked & { do: 'person'; run: number; what: PersonAct })
  | (Asked & { do: 'list' })
  | (Asked & { do: 'subscribe'; forMs: number });

export interface Size {
  forMs: number;
  runs: number;
  faults: number;
}

export interface Schedule {
  seed: number;
  forMs: number;
  /** Sorted by time, like the faults. */
  actions: Action[];
  faults: Fault[];
}

export function createSchedule(seed: number, size: Size): Schedule {
  const random = createRandom(seed);
  const starts = Array.from({ length: size.runs }, (_, run) => planStart(random, run, size));
  const actions: Action[] = [
    ...starts,
    ...starts.flatMap((start) => aroundOf(random, start)),
    ...bulks(random, starts),
    ...others(random, size),
  ];
  return {
    seed,
    forMs: size.forMs,
    actions: actions.toSorted((a, b) => a.at - b.at),
    faults: planFaults(random, size).toSorted((a, b) => a.at - b.at),
  };
}

const gateway = (random: Random) => random.between(0, 1) as 0 | 1;

function planStart(random: Random, run: number, { runs, forMs }: Size): Start {
  const flow = random.weighed<FlowKind>({
    pass: 26,
    fail: 8,
    secret: 10,
    wait: 16,
    gated: 18,
    atomic: 8,
    requeue: 8,
    deadline: 6,
    hung: 5,
    flood: 2,
    big: 2,
    stray: 4,
    asks: 7,
    held: 7,
  });
  return {
    do: 'start',
    // Spread, with pushes.
    at: Math.round(((run + random.next() * 3) / (runs + 3)) * forMs),
    user: random.chance(0.8) ? 0 : 1,
    gateway: gateway(random),
    run,
    flow,
    releaseAfter: random.between(100, 2_500),
    ...(random.chance(0.12) && { concurrencyKey: `key-${random.between(0, 2)}` }),
    ...(random.chance(0.1) && { twice: true }),
  };
}

/** Who stops it, looks at it, or tries to though it is not theirs. */
function aroundOf(random: Random, { run, at, user, flow, releaseAfter = 0 }: Start): Action[] {
  const actions: Action[] = [];
  const asked = (after: number, by: 0 | 1 = user) => ({
    at: at + after,
    user: by,
    gateway: gateway(random),
    run,
  });
  if (random.chance(0.5)) {
    // Half of the cancels come about when it would end by itself.
    const after = random.chance(0.5) ? releaseAfter + random.between(-40, 250) : random.between(0, 3_000);
    const mode = random.chance(0.15) ? 'force' : 'graceful';
    const times = random.chance(0.25) ? random.between(2, 6) : 1;
    actions.push({ do: 'cancel', ...asked(Math.max(0, after)), mode, times });
    if (random.chance(0.2))
      actions.push({ do: 'cancel', ...asked(after + random.between(5, 800)), mode: 'force', times: 1 });
  }
  actions.push(...personsOf(random, flow, asked));
  if (random.chance(0.08)) actions.push({ do: 'dryRun', ...asked(random.between(0, 1_500)) });
  if (random.chance(0.15)) actions.push({ do: 'read', ...asked(random.between(0, 4_000)) });
  if (random.chance(0.1))
    actions.push({ do: 'peek', ...asked(random.between(0, 2_000), user === 0 ? 1 : 0) });
  const watchers = random.weighed({ none: 45, one: 40, two: 15 });
  for (let n = 0; n < { none: 0, one: 1, two: 2 }[watchers]; n += 1) {
    const leaves = Array.from({ length: random.chance(0.4) ? random.between(1, 4) : 0 }, () =>
      random.between(30, 900),
    );
    actions.push({ do: 'watch', ...asked(random.between(0, 2_500)), leaves });
  }
  return actions;
}

/** Pauses of any run, and what lets one go on that waits for a person; some come too early, too late, or at once. */
function personsOf(
  random: Random,
  flow: FlowKind,
  asked: (after: number) => Asked & { run: number },
): Action[] {
  const waits = flow === 'asks' || flow === 'held';
  if (!waits && !random.chance(0.2)) return [];
  const act = (what: PersonAct, after: number): Action => ({ do: 'person', ...asked(after), what });
  const actions = waits ? [] : [act(random.chance(0.5) ? 'pause' : 'pauseNow', random.between(0, 2_000))];
  for (let n = random.between(1, 4); n > 0; n -= 1) {
    const what =
      flow === 'asks' ? 'answer' : random.pick<PersonAct>(['resume', 'resume', 'skip', 'retry', 'pause']);
    actions.push(act(what, random.between(300, 3_500)));
  }
  // Most go on in the end.
  const last: PersonAct = flow === 'asks' ? 'answer' : flow === 'held' ? 'skip' : 'resume';
  if (random.chance(0.8)) actions.push(act(last, random.between(1_500, 3_000)));
  return actions;
}

/** The runs around one of them, at once. */
function bulks(random: Random, starts: Start[]): Action[] {
  const every = 30;
  return starts
    .filter(({ run }) => run % every === every - 1)
    .map(({ at, user, run }) => ({
      do: 'bulk',
      at: at + random.between(0, 500),
      user,
      gateway: gateway(random),
      runs: Array.from({ length: random.between(2, 8) }, (_, n) => run - n),
    }));
}

function others(random: Random, { forMs }: Size): Action[] {
  const actions: Action[] = [];
  for (let at = 500; at < forMs; at += random.between(2_000, 4_000))
    actions.push({ do: 'list', at, user: gateway(random), gateway: gateway(random) });
  for (let at = 200; at < forMs; at += random.between(4_000, 9_000))
    actions.push({
      do: 'subscribe',
      at,
      user: gateway(random),
      gateway: gateway(random),
      forMs: random.between(2_000, 12_000),
    });
  return actions;
}
