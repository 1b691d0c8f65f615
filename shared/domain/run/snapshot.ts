import { createActor, initialTransition, type Snapshot, type SnapshotFrom, transition } from 'xstate';
import {
  MACHINE_VERSION,
  type MachineEvent,
  READ_VERSIONS,
  type RunContext,
  type RunInput,
} from './context.ts';
import { type RunMachine, runMachine } from './machine.ts';
import type { Status } from './status.ts';

export type RunSnapshot = SnapshotFrom<RunMachine>;

/** A machine as it is stored: JSON, with the version of the machine that wrote it. */
export interface StoredSnapshot {
  version: number;
  machine: unknown;
}

/** A stored snapshot that this machine cannot go on from. Such a run is finalised by SQL alone. */
export class UnreadableSnapshotError extends Error {
  readonly code = 'unreadable_snapshot';
}

export const initialSnapshot = (input: RunInput): RunSnapshot => initialTransition(runMachine, input)[0];

/** The next snapshot, without starting any effect. A final machine ignores every event. */
export const replay = (snapshot: RunSnapshot, event: MachineEvent): RunSnapshot =>
  transition(runMachine, snapshot, event)[0];

/** To be written as JSON. Taken from a live or replayed snapshot, never from a stopped actor: that one would be inert. */
export const persisted = (snapshot: RunSnapshot): StoredSnapshot => ({
  version: MACHINE_VERSION,
  machine: runMachine.getPersistedSnapshot(snapshot),
});

/** The snapshot as a reader gets it back from the database. */
export const store = (snapshot: RunSnapshot): StoredSnapshot =>
  JSON.parse(JSON.stringify(persisted(snapshot)));

/**
 * Throws {@link UnreadableSnapshotError} for another version, a state or an actor that no longer exists, or what is no
 * snapshot of a live or ended run at all.
 */
export function restore(stored: unknown): RunSnapshot {
  const { version, machine } = (stored ?? {}) as Partial<StoredSnapshot>;
  if (version === undefined || !READ_VERSIONS.includes(version))
    throw new UnreadableSnapshotError(
      `written by machine version ${version ?? 'none'}, this one is ${MACHINE_VERSION}`,
    );
  const defect = defectOf((machine ?? {}) as Partial<Persisted>);
  if (defect !== undefined) throw new UnreadableSnapshotError(`not restorable: ${defect}`);
  const snapshot = readSnapshot(begun(machine as Persisted));
  if (snapshot.status === 'error')
    throw new UnreadableSnapshotError(`not restorable: ${String(snapshot.error)}`);
  return snapshot;
}

/** What a step has waited for is stored: whether it has begun since is not known, so it counts as begun. */
function begun({ context, ...machine }: Persisted): unknown {
  const { announced: _, ...rest } = context ?? {};
  return { ...machine, context: rest };
}

interface Persisted {
  status: unknown;
  context: Partial<RunInput & Pick<RunContext, 'announced'>> | null;
  children: Record<string, { src: unknown } | null>;
}

/** Why a machine could not go on from it, where xstate would take it without a word. */
function defectOf({ status, context, children }: Partial<Persisted>): string | undefined {
  if (status !== 'active' && status !== 'done') return `its status is ${String(status)}`;
  if (!Array.isArray(context?.stepTimeouts) || typeof context.budget !== 'object') return 'it has no context';
  const known = runMachine.implementations.actors;
  for (const [id, child] of Object.entries(children ?? {}))
    if (!Object.hasOwn(known, String(child?.src))) return `its actor ${id} is not known (${child?.src})`;
  return undefined;
}

/** The types ask for an input, which a machine that is given a snapshot never reads. */
const NO_INPUT = {} as RunInput;

function readSnapshot(machine: unknown): RunSnapshot {
  try {
    return createActor(runMachine, { snapshot: machine as Snapshot<unknown>, input: NO_INPUT }).getSnapshot();
  } catch (cause) {
    throw new UnreadableSnapshotError('not restorable', { cause });
  }
}

/** The run's status: the machine's top state. */
export function statusOf(snapshot: RunSnapshot): Status {
  const { value } = snapshot;
  return (typeof value === 'string' ? value : Object.keys(value)[0]) as Status;
}

/** It waits for a person, or for a runner once that is over, and has neither a runner nor a browser. */
export const isParked = (snapshot: RunSnapshot): boolean =>
  isUnowned(snapshot) && snapshot.hasTag('awaitsPerson');

/** It has not begun, or begins anew, and waits for an owner. */
export const isQueued = (snapshot: RunSnapshot): boolean => isUnowned(snapshot) && !isParked(snapshot);

/** No runner has it. */
export const isUnowned = (snapshot: RunSnapshot): boolean => snapshot.hasTag('unowned');

/** The full state as a path, e.g. `running.stepping.acting`. */
export function stateOf(snapshot: RunSnapshot): string {
  return path(snapshot.value).join('.');
}

function path(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return Object.entries(value as Record<string, unknown>).flatMap(([state, inner]) => [
    state,
    ...path(inner),
  ]);
}
