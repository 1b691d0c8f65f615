import type { MachineState, Move } from './machine-graph.ts';

/** How states are within each other, and what that makes of a move. */
export function treeOf(states: readonly MachineState[]) {
  const byId = new Map(states.map((state) => [state.id, state]));
  const parentOf = (id: string) => byId.get(id)?.parent;
  const isBox = (id: string) => byId.get(id)?.kind === 'box';

  /** The boxes of a state from the outermost to the state itself. */
  const lineage = (id: string): string[] => {
    const parent = parentOf(id);
    return parent === undefined ? [id] : [...lineage(parent), id];
  };
  const isWithin = (id: string, outer: string) => lineage(id).includes(outer);

  /** Where the ways of a move part: the level, and the items of it that it leads from and to. */
  const fork = ({ from, to }: Move) => {
    const [a, b] = [lineage(from), lineage(to)];
    const depth = a.findIndex((id, n) => id !== b[n]);
    const n = depth < 0 ? a.length - 1 : depth;
    return { level: parentOf(a[n]!), from: a[n]!, to: b[n]! };
  };
  /** Whether a move goes from a box to a state in it. */
  const isInward = ({ from, to }: Move) => from !== to && isWithin(to, from);
  /** Whether a move goes from one box to another, or between states of them. */
  const isDropping = (move: Move) => {
    const { from, to } = fork(move);
    return !isInward(move) && from !== to && isBox(from) && isBox(to);
  };
  const childrenOf = (id: string | undefined) => states.filter(({ parent }) => parent === id);
  return { parentOf, isBox, lineage, isWithin, fork, isInward, isDropping, childrenOf };
}

export type Tree = ReturnType<typeof treeOf>;
