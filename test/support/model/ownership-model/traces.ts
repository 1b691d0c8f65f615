/* Ways through the model as what they do to the database, one operation after the other. Pure. */
import { movesOf } from './explore.ts';
import { brokenBy } from './promises.ts';
import type { Db, OwnerName } from './row.ts';
import type { Executed, Statement } from './statements.ts';
import type { Move, Passage, Scenario, World } from './world.ts';

type Operation =
  | { does: 'executes'; statement: Statement; outcome: Executed['outcome'] }
  | { does: 'passes'; run: number; what: Passage }
  | { does: 'dies'; name: OwnerName }
  | { does: 'loads'; run: number; byCancel: boolean };

/** An operation, the database before and after it, and what it is in the model. */
export interface Step {
  title: string;
  operation: Operation;
  before: Db;
  after: Db;
}

/** Steps that can follow one another; those that begin alike share what they have in common. */
export interface Tree {
  steps: Map<string, { step: Step; next: Tree }>;
}

function operationOf({ statement, executed, passes, died, loads }: Move): Operation | undefined {
  if (statement && executed) return { does: 'executes', statement, outcome: executed.outcome };
  if (passes) return { does: 'passes', ...passes };
  if (died) return { does: 'dies', name: died };
  return loads && { does: 'loads', ...loads };
}

const stepOf = (before: World, move: Move): Step | undefined => {
  const operation = operationOf(move);
  return operation && { title: move.title, operation, before: before.db, after: move.to.db };
};

/** All that can happen to the database in so many operations. */
export function shortTraces(rules: Scenario, length: number): Tree {
  const root: Tree = { steps: new Map() };
  let front: { tree: Tree; worlds: World[] }[] = [{ tree: root, worlds: [rules.initial] }];
  for (let depth = 0; depth < length; depth += 1) front = front.flatMap((place) => grow(rules, place));
  return root;
}

/** Adds the operations that can come next, and tells where each leads. */
function grow(
  rules: Scenario,
  { tree, worlds }: { tree: Tree; worlds: World[] },
): { tree: Tree; worlds: World[] }[] {
  const places = new Map<string, { tree: Tree; worlds: World[] }>();
  for (const world of withSilent(rules, worlds)) {
    movesOf(rules, world, (move) => {
      const step = stepOf(world, move);
      if (!step) return;
      const key = JSON.stringify(step.operation);
      let place = places.get(key);
      if (!place) {
        place = { tree: { steps: new Map() }, worlds: [] };
        places.set(key, place);
        tree.steps.set(key, { step, next: place.tree });
      }
      place.worlds.push(move.to);
    });
  }
  return [...places.values()];
}

/** These, and those that they become without the database noticing. */
function withSilent(rules: Scenario, worlds: World[]): World[] {
  const known = new Map(worlds.map((world) => [JSON.stringify(world), world]));
  for (const world of known.values())
    movesOf(rules, world, (move) => {
      if (operationOf(move)) return;
      const key = JSON.stringify(move.to);
      if (!known.has(key)) known.set(key, move.to);
    });
  return [...known.values()];
}

/** A way of so many moves, chosen by `random` (0 to 1). */
export function randomTrace(rules: Scenario, moves: number, random: () => number): Step[] {
  const steps: Step[] = [];
  let world = rules.initial;
  for (let n = 0; n < moves; n += 1) {
    const all: Move[] = [];
    movesOf(rules, world, (move) => all.push(move));
    // Beats that change nothing are most of what can happen, and most faults end the story.
    const news = all.filter(({ to }) => to !== world);
    const fair = news.filter(({ unfair }) => !unfair);
    const choice = fair.length > 0 && random() < 0.8 ? fair : news;
    const move = choice[Math.floor(random() * choice.length)];
    if (!move || brokenBy(rules, world, move)) return steps;
    const step = stepOf(world, move);
    if (step) steps.push(step);
    world = move.to;
  }
  return steps;
}

/** A generator of numbers from 0 to 1 that is the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
