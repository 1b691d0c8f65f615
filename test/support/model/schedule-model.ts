/*
 * Leaders and gateways at one schedule that is due at every tick, in every order in which they can read, store, take, start,
 * and die. What a look finds the product decides; statements are as in the database. Pure.
 */
import { lookAtSchedule } from '#shared/domain/schedule/timing.ts';

const TICK_MS = 60_000;
const TICKS = 3;
const TIMING = { cron: '* * * * *', timezone: 'UTC', dst: 'after_gap' } as const;

interface Look {
  after: number;
  until: number;
}

interface World {
  now: number;
  /** How far the schedule was looked at. */
  watermark: number;
  /** What the row of each tick says, whether a gateway has it for a while, and how many runs it has. */
  rows: { status: 'none' | 'due' | 'started'; held: boolean; runs: number }[];
  leaders: (Look | null)[];
  /** The tick that it is about to start. */
  gateways: (number | null)[];
  deaths: number;
}

/** What is left out of the statements, to see that it is needed. */
export type Omission =
  | 'nothing'
  | 'the watermark and the key'
  | 'the look at the occurrence in the transaction';

const FIRST: World = {
  now: 0,
  watermark: 0,
  rows: Array.from({ length: TICKS + 1 }, () => ({ status: 'none', held: false, runs: 0 })),
  leaders: [null, null],
  gateways: [null, null],
  deaths: 0,
};
const MOST_DEATHS = 2;

/** The ticks that one look finds. */
function found({ after, until }: Look): number[] {
  const look = {
    after: after * TICK_MS,
    until: until * TICK_MS,
    catchUp: 'all',
    catchUpMs: TICKS * TICK_MS,
  } as const;
  return lookAtSchedule(TIMING, look).found.map(({ at }) => at / TICK_MS);
}

type Change = (world: World) => void;

const TICK: Change = (world) => {
  world.now += 1;
};
const read =
  (leader: number): Change =>
  (world) => {
    world.leaders[leader] = { after: world.watermark, until: world.now };
  };
const take =
  (gateway: number, tick: number): Change =>
  (world) => {
    world.gateways[gateway] = tick;
    world.rows[tick]!.held = true;
  };
/** Its time is over, whether its gateway has died or is slow. */
const letGo =
  (tick: number): Change =>
  (world) => {
    world.rows[tick]!.held = false;
  };
const die =
  (who: 'leaders' | 'gateways', n: number): Change =>
  (world) => {
    world[who][n] = null;
    world.deaths += 1;
  };

function movesOf(world: World, omits: Omission): Change[] {
  const { now, watermark, rows, leaders, gateways, deaths } = world;
  const moves: Change[] = now < TICKS ? [TICK] : [];
  for (const [n, look] of leaders.entries()) {
    if (look) moves.push((next) => store(next, n, look, omits));
    else if (now > watermark) moves.push(read(n));
    if (look && deaths < MOST_DEATHS) moves.push(die('leaders', n));
  }
  const free = rows.findIndex(({ status, held }) => status === 'due' && !held);
  for (const [n, tick] of gateways.entries()) {
    if (tick !== null) moves.push((next) => start(next, n, tick, omits));
    else if (free >= 0) moves.push(take(n, free));
    if (tick !== null && deaths < MOST_DEATHS) moves.push(die('gateways', n));
  }
  for (const [tick, { held, status }] of rows.entries())
    if (held && status === 'due') moves.push(letGo(tick));
  return moves;
}

function store(world: World, leader: number, look: Look, omits: Omission): void {
  world.leaders[leader] = null;
  const isKept = omits !== 'the watermark and the key';
  if (isKept && world.watermark !== look.after) return;
  world.watermark = look.until;
  for (const tick of found(look)) {
    const row = world.rows[tick]!;
    if (isKept && row.status !== 'none') continue;
    row.status = 'due';
    row.held = false;
  }
}

function start(world: World, gateway: number, tick: number, omits: Omission): void {
  world.gateways[gateway] = null;
  const row = world.rows[tick]!;
  if (row.status !== 'due' && omits !== 'the look at the occurrence in the transaction') return;
  row.status = 'started';
  row.runs += 1;
}

export interface ExploredSchedule {
  states: number;
  /** A state in which a tick has two runs, or in which nothing goes on though one has none. */
  broken: World | undefined;
}

/** Goes through every state that there can be. */
export function exploreSchedule(omits: Omission = 'nothing'): ExploredSchedule {
  const seen = new Set([JSON.stringify(FIRST)]);
  const waiting = [FIRST];
  for (let world = waiting.pop(); world; world = waiting.pop()) {
    const moves = movesOf(world, omits);
    const isTwice = world.rows.some(({ runs }) => runs > 1);
    const isMissed = moves.length === 0 && world.rows.slice(1).some(({ runs }) => runs !== 1);
    if (isTwice || isMissed) return { states: seen.size, broken: world };
    for (const move of moves) {
      const next = structuredClone(world);
      move(next);
      const key = JSON.stringify(next);
      if (seen.has(key)) continue;
      seen.add(key);
      waiting.push(next);
    }
  }
  return { states: seen.size, broken: undefined };
}
