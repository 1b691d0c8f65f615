import type { AnyStateNode } from 'xstate';
import { runMachine } from '#shared/domain/run/machine.ts';
import { allStates } from '../../test/support/model/machine-states.ts';

interface Edge {
  from: AnyStateNode;
  to: AnyStateNode;
  label: string;
}

/** The machine as a mermaid state diagram. */
export function stateDiagram(): string {
  const edges = Map.groupBy(allStates().flatMap(edgesOf), ({ from }) => from.parent);
  const lines = (node: AnyStateNode, indent: string): string[] => [
    `${indent}[*] --> ${idOf(initialOf(node))}`,
    ...Object.values(node.states).flatMap((state) => declare(state, indent)),
    ...merged(edges.get(node) ?? []).map((line) => indent + line),
  ];
  const declare = (state: AnyStateNode, indent: string): string[] => {
    const head = `${indent}state "${state.key}" as ${idOf(state)}`;
    if (state.type === 'final') return [head, `${indent}${idOf(state)} --> [*]`];
    if (state.type === 'atomic') return [head];
    return [`${head} {`, ...lines(state, `${indent}  `), `${indent}}`];
  };
  return ['stateDiagram-v2', ...lines(runMachine.root, '  ')].join('\n');
}

const idOf = (node: AnyStateNode) => node.path.join('_');
const initialOf = (node: AnyStateNode): AnyStateNode => node.initial.target[0]!;

function edgesOf(node: AnyStateNode): Edge[] {
  return movesOf(node)
    .filter((move) => !ancestorsOf(node).some((outer) => movesOf(outer).some((known) => same(known, move))))
    .flatMap((move) =>
      (isWithin(move.to, node) ? siblingsOf(move.to) : [node]).map((from) => lift(from, move)),
    );
}

interface Move {
  to: AnyStateNode;
  name: string;
  ofEffect: boolean;
}
const same = (a: Move, b: Move) => a.to === b.to && a.name === b.name;

function movesOf(node: AnyStateNode): Move[] {
  const declared = [...node.transitions.values()].flat();
  return [...declared, ...(node.always ?? [])].flatMap(({ eventType, guard, target }) => {
    const name = [nameOf(eventType), guard ? `[${guardName(guard)}]` : ''].filter(Boolean).join(' ');
    const ofEffect = eventType.startsWith('xstate.');
    return (target ?? []).map((to) => ({ to: to as AnyStateNode, name, ofEffect }));
  });
}

/** One with parameters is an object. */
const guardName = (guard: unknown): string =>
  typeof guard === 'object' && guard !== null && 'type' in guard ? String(guard.type) : String(guard);

function ancestorsOf(node: AnyStateNode): AnyStateNode[] {
  return node.parent ? [node.parent, ...ancestorsOf(node.parent)] : [];
}
const isWithin = (node: AnyStateNode, outer: AnyStateNode) => ancestorsOf(node).includes(outer);
/** Those that a move from their parent to `node` can start from. */
const siblingsOf = (node: AnyStateNode) =>
  Object.values(node.parent?.states ?? {}).filter((state) => state !== node && state.type !== 'final');

/**
 * Mermaid draws no arrow from inside one composite state into another: both ends are moved up to where they meet, and
 * the label tells what that hides. An effect's name tells its state already.
 */
function lift(from: AnyStateNode, { to, name, ofEffect }: Move): Edge {
  const depth = from.path.findIndex((part, n) => part !== to.path[n]) + 1;
  const [source, target] = [ancestor(from, depth), ancestor(to, depth)];
  const inside = source === from || ofEffect ? '' : ` in ${from.key}`;
  const onto = target === to || ofEffect ? '' : ` to ${to.key}`;
  return { from: source, to: target, label: name + inside + onto };
}

function ancestor(node: AnyStateNode, depth: number): AnyStateNode {
  return node.path.length <= depth ? node : ancestor(node.parent!, depth);
}

/** One arrow for each pair of states. */
function merged(edges: Edge[]): string[] {
  const pairs = Map.groupBy(edges, ({ from, to }) => `${idOf(from)} --> ${idOf(to)}`);
  return [...pairs].map(([pair, same]) => `${pair} : ${same.map(({ label }) => label).join(', ')}`);
}

function nameOf(eventType: string): string {
  const [, kind, , id = ''] = /^xstate\.(done|error)\.(actor|state)\.(.+)$/.exec(eventType) ?? [];
  if (kind === undefined) return eventType;
  if (id.includes('.')) return 'done';
  if (id.endsWith('Deadline')) return `${id.replace('Deadline', '')} deadline`;
  return `${id} ${kind === 'done' ? 'ends' : 'fails'}`;
}
