/*
 * Looks at every order in which the moves of a scenario can happen, breadth first, so that the way to a broken promise
 * is a shortest one. Equal states are looked at once. Pure.
 */
import type { MachineGraph } from './machine-graph.ts';
import {
  gatewayMoves,
  networkMoves,
  personMoves,
  processMoves,
  supervisorMoves,
  timeMoves,
} from './others.ts';
import { type Emit, ownerMoves } from './owner.ts';
import { brokenBy } from './promises.ts';
import type { Move, Scenario, World } from './world.ts';

export interface Explored {
  graph: MachineGraph;
  states: number;
  moves: number;
  /** The first promise that was broken, and how. */
  counterexample?: { broken: string; steps: Move[] };
  /** All promises that were broken up to there. */
  broken: Set<string>;
  /** For each guard that refused something: the fewest guards that refused it together. */
  refusals: Map<string, readonly string[]>;
}

export function movesOf(rules: Scenario, world: World, emit: Emit): void {
  for (const index of world.owners.keys()) ownerMoves(rules, world, index, emit);
  for (const index of world.supervisors.keys()) supervisorMoves(rules, world, index, emit);
  for (const index of world.gateways.keys()) gatewayMoves(rules, world, index, emit);
  for (const index of world.persons.keys()) personMoves(rules, world, index, emit);
  networkMoves(rules, world, emit);
  timeMoves(rules, world, emit);
  processMoves(rules, world, emit);
}

const DEAD_END = 'I5: without a further fault this run can never become final';

interface Found {
  world: World;
  keyed: Keyed;
  from: number;
  move: Move | undefined;
}

export interface Options {
  /** Goes on to the end, whatever is broken on the way. */
  toTheEnd?: boolean;
  /** Stops at this very promise only. */
  lookingFor?: string;
  /** Most states. */
  limit?: number;
}

export function explore(rules: Scenario, { toTheEnd, lookingFor, limit = 400_000 }: Options = {}): Explored {
  const keyOf = createKeys();
  const start = keyOf(rules.initial);
  const found: Found[] = [{ world: rules.initial, keyed: start, from: -1, move: undefined }];
  const seen = new Map([[start.key, 0]]);
  const fairBack: number[][] = [[]];
  const refusals: Explored['refusals'] = new Map();
  let moves = 0;
  const allBroken = new Set<string>();
  let end: string | undefined;

  for (let at = 0; at < found.length && end === undefined; at += 1) {
    const { world, keyed: here } = found[at]!;
    movesOf(rules, world, (move) => {
      if (end !== undefined) return;
      moves += 1;
      noteRefusal(refusals, move);
      const broken = brokenBy(rules, world, move);
      if (move.to === world && broken === undefined) return;
      const keyed = keyOf(move.to, here);
      let to = seen.get(keyed.key);
      if (to === undefined) {
        to = found.push({ world: move.to, keyed, from: at, move }) - 1;
        if (to > limit) throw new Error(`more than ${limit} states: tighten the bounds`);
        seen.set(keyed.key, to);
        fairBack.push([]);
      }
      if (!move.unfair && to !== at) fairBack[to]!.push(at);
      if (broken === undefined) return;
      allBroken.add(broken);
      if (toTheEnd || (lookingFor ?? broken) !== broken) return;
      end = broken;
      found.push({ world: move.to, keyed, from: at, move });
    });
  }
  const explored = { graph: rules.graph, states: seen.size, moves, refusals, broken: allBroken };
  if (end !== undefined)
    return { ...explored, counterexample: { broken: end, steps: wayTo(found, found.length - 1) } };
  // A world that has broken other promises already says nothing about this one.
  const stuck = allBroken.size === 0 ? deadEnd(rules, found, fairBack) : undefined;
  if (stuck === undefined) return explored;
  allBroken.add(DEAD_END);
  return { ...explored, counterexample: { broken: DEAD_END, steps: wayTo(found, stuck) } };
}

function noteRefusal(refusals: Explored['refusals'], { executed }: Move): void {
  if (!executed || executed.outcome === 'stored') return;
  for (const guard of executed.failed) {
    const known = refusals.get(guard);
    if (!known || known.length > executed.failed.length) refusals.set(guard, executed.failed);
  }
}

/** I5: the first state from which no run of moves that must happen leads to a final one. */
function deadEnd({ graph }: Scenario, found: Found[], fairBack: number[][]): number | undefined {
  const reached = new Uint8Array(found.length);
  const queue: number[] = [];
  const reach = (index: number) => {
    if (reached[index]) return;
    reached[index] = 1;
    queue.push(index);
  };
  for (const [index, { world }] of found.entries())
    if (world.db.runs.every(({ node }) => graph.node(node).final)) reach(index);
  for (let index = queue.pop(); index !== undefined; index = queue.pop())
    for (const from of fairBack[index]!) reach(from);
  const stuck = reached.indexOf(0);
  return stuck < 0 ? undefined : stuck;
}

function wayTo(found: Found[], last: number): Move[] {
  const steps: Move[] = [];
  for (let at = found[last]!; at.move; at = found[at.from]!) steps.unshift(at.move);
  return steps;
}

/** The parts of a state, by their numbers: most moves leave most parts as they are, the very same objects. */
interface Keyed {
  parts: readonly object[];
  numbers: readonly number[];
  key: string;
}

function createKeys(): (world: World, before?: Keyed) => Keyed {
  const known = new Map<string, number>();
  const numberOf = (part: object): number => {
    const text = textOf(part);
    const number = known.get(text) ?? known.size;
    known.set(text, number);
    return number;
  };
  return ({ db, owners, supervisors, gateways, persons, network, faults }, before) => {
    const parts = [db, ...owners, ...supervisors, ...gateways, ...persons, network];
    const numbers = parts.map((part, n) => (part === before?.parts[n] ? before.numbers[n]! : numberOf(part)));
    const first = 1 + owners.length;
    const [one, other] = [numbers[first]!, numbers[first + 1]!];
    // Which of the supervisors it is makes no difference.
    const swaps = supervisors.length > 1 && one > other;
    const ordered = swaps ? numbers.with(first, other).with(first + 1, one) : numbers;
    return { parts, numbers, key: `${faults} ${ordered.join(' ')}` };
  };
}

const textOf = (part: object): string =>
  'runs' in part
    ? dbText(part as World['db'])
    : 'process' in part
      ? ownerText(part as World['owners'][number])
      : JSON.stringify(part);

const dbText = ({ runs, gone }: World['db']) =>
  `db ${gone} ${runs.map(
    (row) =>
      `${row.node},${row.owner},${row.epoch},${row.lastSeq},${row.lease},${row.cancel},${row.overdue},${row.queueOver},${row.attempt},${row.claim},${row.runEnds},${row.parked},${row.personOver},${row.answered},${row.kept}`,
  )}`;

function ownerText(owner: World['owners'][number]): string {
  const { name, process, draining, leaving, claims, unsure, chosen, actor, closing } = owner;
  const text = `${name} ${process} ${draining} ${leaving} ${claims} ${unsure} ${chosen} ${closing}`;
  if (!actor) return text;
  const { run, epoch, lastSeq, committed, pending, doubt, sent, hung, slept, late, forgotten, kept } = actor;
  return `${text} ${run} ${epoch} ${lastSeq} ${committed} ${pending} ${doubt} ${sent} ${hung} ${slept} ${late} ${forgotten} ${kept}`;
}
