import type { AnyStateMachine, AnyStateNode } from 'xstate';
import { toDirectedGraph } from 'xstate/graph';
import { causeOf } from '#shared/domain/run/cause.ts';
import type { StateMeta } from '#shared/domain/run/meaning.ts';
import type { ChartCause } from '../app/run/chart/chart.ts';

/** The states of a machine, each before those in it, and what leads from one to another. */
export interface MachineGraph {
  states: MachineState[];
  moves: Move[];
}

export interface MachineState {
  id: string;
  name: string;
  /** Undefined at the top. */
  parent: string | undefined;
  kind: 'box' | 'state' | 'final';
}

/** `to` is a state that a run can rest in. */
export interface Move {
  from: string;
  to: string;
  causes: ChartCause[];
}

type Directed = ReturnType<typeof toDirectedGraph>;

/**
 * Reads a machine by its definition. The final state of a box is passed at once: it is left out, and what leads there
 * leads where the box goes on.
 */
export function readMachine(machine: AnyStateMachine): MachineGraph {
  const nodes = flatten(toDirectedGraph(machine)).filter(({ stateNode }) => stateNode.parent);
  const moves = nodes.flatMap(movesOf);
  const isInherited = (move: SingleMove) =>
    moves.some((outer) => isBelow(move.from, outer.from) && outer.to === move.to && same(outer, move));
  return {
    states: nodes.filter(({ stateNode }) => !isPassing(stateNode)).map(({ stateNode }) => stateOf(stateNode)),
    moves: merge(moves.filter((move) => !isInherited(move))),
  };
}

const flatten = (node: Directed): Directed[] => [node, ...node.children.flatMap(flatten)];
const pathOf = (node: AnyStateNode): string => node.path.join('.');
const isPassing = (node: AnyStateNode): boolean => node.type === 'final' && node.path.length > 1;
const isBelow = (state: string, outer: string): boolean => state.startsWith(`${outer}.`);

function stateOf(node: AnyStateNode): MachineState {
  const kind = node.type === 'compound' ? 'box' : node.type === 'final' ? 'final' : 'state';
  const parent = node.path.length > 1 ? pathOf(node.parent as AnyStateNode) : undefined;
  return { id: pathOf(node), name: node.key, parent, kind };
}

interface SingleMove {
  from: string;
  to: string;
  cause: ChartCause;
}

function movesOf({ stateNode, edges }: Directed): SingleMove[] {
  const declared = edges
    .filter(({ transition }) => transition.target && !transition.eventType.startsWith('xstate.done.state'))
    .flatMap(({ target, transition: { eventType, guard } }) =>
      outcomesOf(guarded(eventType, guard), stateNode).map((cause) => ({ target, cause })),
    );
  const always = (stateNode.always ?? []).flatMap(({ target = [], guard }) =>
    target.map((node) => ({ target: node as AnyStateNode, cause: named('always', '', guard) })),
  );
  const from = pathOf(stateNode);
  // A state that is entered again has not been left.
  return [...declared, ...always]
    .map(({ target, cause }) => ({ from, to: pathOf(restingState(target)), cause }))
    .filter(({ to }) => to !== from);
}

/** Where a run rests that is sent to this state. */
function restingState(node: AnyStateNode): AnyStateNode {
  if (node.type === 'compound') return restingState(node.initial.target[0] as AnyStateNode);
  if (!isPassing(node)) return node;
  const box = node.parent as AnyStateNode;
  const onDone = [...box.transitions].find(([type]) => type.startsWith('xstate.done.state'))?.[1][0];
  const next = onDone?.target?.[0] as AnyStateNode | undefined;
  if (!next) throw new Error(`nothing follows the end of ${pathOf(box)}`);
  return restingState(next);
}

const named = (kind: ChartCause['kind'], name: string, guard: unknown): ChartCause => ({
  kind,
  name,
  ...(guard !== undefined && { guard: String(guard) }),
});

function guarded(type: string, guard: unknown): ChartCause {
  const { kind, name } = causeOf(type);
  return named(kind, name, guard);
}

/** The machine goes on alike after a step, whether that failed or not, and asks later on whether one has. */
function outcomesOf(cause: ChartCause, { meta }: AnyStateNode): ChartCause[] {
  if (cause.kind !== 'done') return [cause];
  const failed: ChartCause = { ...cause, failed: true };
  if (cause.guard === 'hasFailed') return [failed];
  return (meta as StateMeta | undefined)?.step ? [cause, failed] : [cause];
}

const same = (a: SingleMove, b: SingleMove): boolean =>
  a.cause.kind === b.cause.kind &&
  a.cause.name === b.cause.name &&
  a.cause.guard === b.cause.guard &&
  a.cause.failed === b.cause.failed;

/** One move for each pair of states, with all that causes it. */
function merge(moves: SingleMove[]): Move[] {
  const pairs = Map.groupBy(moves, ({ from, to }) => `${from} ${to}`);
  return [...pairs.values()].map((group) => {
    const { from, to } = group[0]!;
    return { from, to, causes: group.map(({ cause }) => cause) };
  });
}
