/* What a live actor has in memory, and how that changes. Pure. */
import type { CancelSource } from '#shared/run/status.ts';
import type { Label, MachineGraph } from './machine-graph.ts';
import type { Db, OwnerName } from './row.ts';
import type { CommitStatement } from './statements.ts';
import type { Actor, Owner } from './world.ts';

/** Its machine has been told of the claim, which is not stored yet. */
export function newActor(db: Db, run: number): Actor {
  const { epoch, lastSeq, node } = db.runs[run]!;
  return { run, epoch, lastSeq, committed: node, pending: ['CLAIM'], sent: 0, late: 0 };
}

/** The machine that an actor has in memory. */
export const nodeOfActor = (graph: MachineGraph, { committed, pending }: Actor) =>
  graph.walk(committed, pending).to;

export const told = (actor: Actor, label: Label): Actor => ({ ...actor, pending: [...actor.pending, label] });

/** Its machine is told of the recorded cancel, if that is news to it. */
export function takeCancel(graph: MachineGraph, actor: Actor, source: CancelSource | null): Actor {
  if (source === null || actor.hung) return actor;
  const here = nodeOfActor(graph, actor);
  const label: Label = `CANCEL ${source}`;
  return graph.walk(here, [label]).to === here ? actor : told(actor, label);
}

/** The first `size` of what is pending, as one statement. */
export function commitOf(owner: OwnerName, actor: Actor, size: number): CommitStatement {
  const { run, epoch, lastSeq, committed: from, pending } = actor;
  return { kind: 'commit', run, owner, epoch, lastSeq, from, labels: pending.slice(0, size) };
}

/** Everything, but a final outcome goes alone. */
export function batchSize(graph: MachineGraph, actor: Actor): number {
  const { length } = actor.pending;
  return length > 1 && graph.node(nodeOfActor(graph, actor)).final ? length - 1 : length;
}

/** The first `size` of what is pending are stored. */
export function settled(graph: MachineGraph, { doubt: _, ...actor }: Actor, size: number): Actor {
  const { to, events } = graph.walk(actor.committed, actor.pending.slice(0, size));
  const lastSeq = actor.lastSeq + events.length;
  return { ...actor, committed: to, lastSeq, pending: actor.pending.slice(size), sent: 0 };
}

export const without = ({ actor: _, ...owner }: Owner): Owner => owner;

/** The run is lost: its browser is closed, which takes its time. */
export function losing(owner: Owner): Owner {
  const { actor, closing = [], lost = [] } = owner;
  if (!actor) return owner;
  const { run, epoch } = actor;
  const epochs = Array.from({ length: Math.max(lost.length, run + 1) }, (_, n) => lost[n] ?? 0);
  return { ...without(owner), closing: [...closing, run], lost: epochs.with(run, epoch) };
}

/** A final machine has no actor. */
export const withActor = (graph: MachineGraph, owner: Owner, actor: Actor): Owner =>
  graph.node(actor.committed).final ? without(owner) : { ...owner, actor };

/** Whether it may write, by the database. */
export function owns({ runs }: Db, { name, actor }: Owner): boolean {
  const row = actor && runs[actor.run];
  return row !== undefined && row.owner === name && row.epoch === actor!.epoch && row.lease === 'held';
}
