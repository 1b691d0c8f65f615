/* What a live actor has in memory, and how that changes. Pure. */
import type { CancelSource } from '#shared/domain/run/status.ts';
import { isKept } from './guards.ts';
import type { Label, MachineGraph } from './machine-graph.ts';
import type { Db, OwnerName } from './row.ts';
import type { OwnerStatement } from './statements.ts';
import type { Actor, Owner } from './world.ts';

/** Its machine has received the claim, which is not stored yet. */
export function newActor(graph: MachineGraph, db: Db, run: number): Actor {
  const row = db.runs[run]!;
  const { epoch, lastSeq, node } = row;
  const kept = isKept(graph, row) && ({ kept: true } as const);
  return { run, epoch, lastSeq, committed: node, pending: ['CLAIM'], sent: 0, late: 0, ...kept };
}

/** The machine that an actor has in memory. */
export const nodeOfActor = (graph: MachineGraph, { committed, pending }: Actor) =>
  graph.walk(committed, pending).to;

export const notified = (actor: Actor, label: Label): Actor => ({
  ...actor,
  pending: [...actor.pending, label],
});

/** Whether there is something to store: that a step begins goes with what comes next. */
export const hasNews = ({ pending }: Actor): boolean => pending.some((label) => label !== 'BEGUN');

/** Its machine receives the recorded cancel, if that is news to it. */
export function takeCancel(graph: MachineGraph, actor: Actor, source: CancelSource | null): Actor {
  if (source === null || actor.hung) return actor;
  const here = nodeOfActor(graph, actor);
  const label: Label = `CANCEL ${source}`;
  return graph.walk(here, [label]).to === here ? actor : notified(actor, label);
}

/** The first `size` of what is pending, as one statement. */
export function writeOf(graph: MachineGraph, owner: OwnerName, actor: Actor, size: number): OwnerStatement {
  const { run, epoch, lastSeq, committed: from, pending } = actor;
  const labels = pending.slice(0, size);
  const kind = kindOf(graph, graph.walk(from, labels).to);
  return { kind, run, owner, epoch, lastSeq, from, labels };
}

/** Everything, but after which the owner has nothing more to write goes alone. */
export function batchSize(graph: MachineGraph, { committed, pending }: Actor): number {
  const last = pending.findIndex((_, n) => givesUp(graph, graph.walk(committed, pending.slice(0, n + 1)).to));
  if (last === 0) return 1;
  return last > 0 ? last : pending.length;
}

function kindOf(graph: MachineGraph, node: number): OwnerStatement['kind'] {
  const { unowned, parked } = graph.node(node);
  if (parked) return 'parkRun';
  return unowned ? 'returnUnstarted' : 'commit';
}

/** A run that is final, parked or back in the queue has no owner. */
export const givesUp = (graph: MachineGraph, node: number) =>
  graph.node(node).final || graph.node(node).unowned;

/** The first `size` of what is pending are stored. */
export function settled(graph: MachineGraph, { doubt: _, ...actor }: Actor, size: number): Actor {
  const { to, events } = graph.walk(actor.committed, actor.pending.slice(0, size));
  const lastSeq = actor.lastSeq + events.length;
  return { ...actor, committed: to, lastSeq, pending: actor.pending.slice(size), sent: 0 };
}

const without = ({ actor: _, ...owner }: Owner): Owner => owner;

/** The run is lost: its browser is closed, which takes its time. */
export function losing(owner: Owner): Owner {
  const { actor, closing = [] } = owner;
  return actor ? { ...without(owner), closing: [...closing, actor.run] } : owner;
}

/** Once it has given the run up, it has no actor of it. Before its first write the stored run is queued, too. */
export const withActor = (graph: MachineGraph, owner: Owner, actor: Actor): Owner =>
  givesUp(graph, actor.committed) && actor.pending[0] !== 'CLAIM' ? without(owner) : { ...owner, actor };

/** Whether it may write, by the database. */
export function owns({ runs }: Db, { name, actor }: Owner): boolean {
  const row = actor && runs[actor.run];
  return row !== undefined && row.owner === name && row.epoch === actor!.epoch && row.lease === 'held';
}
