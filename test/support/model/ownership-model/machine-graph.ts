/*
 * The real run machine as a graph that grows as it is walked: a node for each snapshot, an edge for each thing that it is
 * sent. So the model explores what `shared/domain/run` does, and each transition is made by XState once. Pure.
 */

import { eventsBetween } from '#shared/domain/events/between.ts';
import type { NewEvent } from '#shared/domain/events/events.ts';
import { EffectError } from '#shared/domain/run/context.ts';
import { initialSnapshot, type RunSnapshot, stateOf, statusOf, store } from '#shared/domain/run/snapshot.ts';
import { CHECKPOINT, UNBEGUN } from '#shared/domain/run/states.ts';
import { type CancelSource, isFinal, type Status } from '#shared/domain/run/status.ts';
import {
  apply,
  BEGUN,
  CHECKED,
  CLAIM,
  CLOSED,
  INTERRUPTED,
  LAUNCHED,
  SETTLED,
  STEP_FAILED,
  STEP_OK,
  TEST_BUDGET,
  type TestEvent,
} from '../../database/runs.ts';

const at = 1_000;
const cancelBy = (source: CancelSource): TestEvent => ({ type: 'CANCEL', at, source, mode: 'graceful' });
const staleBy = (source: CancelSource): TestEvent => ({ type: 'STALE', at, source });

/** What a machine may receive, by name: constant times, so that equal lives lead to one node. */
const RECEIVABLE = {
  CLAIM,
  LAUNCHED,
  BEGUN,
  STEP_OK,
  STEP_FAILED,
  CHECKED,
  SETTLED,
  INTERRUPTED,
  CLOSED,
  'CANCEL user': cancelBy('user'),
  'CANCEL shutdown': cancelBy('shutdown'),
  'CANCEL supervisor': cancelBy('supervisor'),
  'STALE user': staleBy('user'),
  'STALE shutdown': staleBy('shutdown'),
  'STALE supervisor': staleBy('supervisor'),
  LAUNCH_FAILED: { type: 'xstate.error.actor.launch', error: new EffectError(at, new Error('no browser')) },
  REQUEUE: { type: 'REQUEUE', at },
  EXPIRE: { type: 'EXPIRE', at, why: 'unclaimed', error: 'no runner took the run in time' },
} as const satisfies Record<string, TestEvent>;
export type Label = keyof typeof RECEIVABLE;

interface MachineNode {
  snapshot: RunSnapshot;
  state: string;
  status: Status;
  final: boolean;
  /** It ended, or will end, as cancelled; by whom. */
  source: CancelSource | undefined;
  stale: boolean;
  attempt: number;
  /** Nothing of the flow has begun. */
  unbegun: boolean;
  /** It has been back in the queue, before anything of its flow had begun. */
  returned: boolean;
  /** Its effect waits until it is stored. */
  waits: boolean;
  /** What its owner's effects may tell it next. */
  next: readonly Label[];
}

interface Walk {
  to: number;
  events: readonly NewEvent[];
}

export interface MachineGraph {
  /** A queued run. */
  readonly start: number;
  node(id: number): MachineNode;
  /** Tells the machine one after the other; the events are those of all of it. */
  walk(from: number, labels: readonly Label[]): Walk;
}

const EFFECT_ENDS: Record<string, readonly Label[]> = {
  'running.launching': ['LAUNCHED'],
  'running.stepping.checkpoint': ['CHECKED'],
  'running.stepping.acting': ['STEP_OK'],
  'running.settling': ['SETTLED'],
  'cancelling.aborting': ['INTERRUPTED'],
  'cancelling.closing': ['CLOSED'],
};
const DESCRIBE = { step: () => ({}), evidence: () => ({}) };

/** `launchFails`: its owner may tell that no browser started. */
export function createMachineGraph(steps: number, launchFails = false): MachineGraph {
  const nodes: MachineNode[] = [];
  const ids = new Map<string, number>();
  const edges = new Map<string, Walk>();

  const intern = (snapshot: RunSnapshot): number => {
    const key = JSON.stringify(store(snapshot));
    const known = ids.get(key);
    if (known !== undefined) return known;
    ids.set(key, nodes.length);
    return nodes.push(nodeOf(snapshot, steps, launchFails)) - 1;
  };
  const edge = (from: number, label: Label): Walk => {
    const key = `${from} ${label}`;
    const known = edges.get(key);
    if (known) return known;
    const before = nodes[from]!.snapshot;
    const after = apply(before, RECEIVABLE[label]);
    const made = { to: intern(after), events: eventsBetween(before, after, DESCRIBE) };
    edges.set(key, made);
    return made;
  };
  return {
    start: intern(initialSnapshot({ stepTimeouts: Array(steps).fill(at), budget: TEST_BUDGET })),
    node: (id) => nodes[id]!,
    walk(from, labels) {
      const [first, ...rest] = labels;
      if (first === undefined) return { to: from, events: [] };
      if (rest.length === 0) return edge(from, first);
      let to = from;
      const events = labels.flatMap((label) => {
        const made = edge(to, label);
        to = made.to;
        return made.events;
      });
      return { to, events };
    },
  };
}

function nodeOf(snapshot: RunSnapshot, steps: number, launchFails: boolean): MachineNode {
  const { cancel, stale, attempt, done, announced = false, returned = false } = snapshot.context;
  const state = stateOf(snapshot);
  const next: readonly Label[] = announced ? ['BEGUN'] : (EFFECT_ENDS[state] ?? []);
  const last = state.endsWith('.acting') && !announced && done === steps - 1;
  const unstarted = launchFails && state === 'running.launching';
  const status = statusOf(snapshot);
  return {
    snapshot,
    state,
    status,
    final: isFinal(status),
    stale,
    attempt,
    returned,
    unbegun: UNBEGUN.includes(state),
    waits: announced || state === CHECKPOINT,
    source: cancel?.source,
    // One place to fail is enough: what is stored of a failure does not depend on where it was.
    next: last ? [...next, 'STEP_FAILED'] : unstarted ? [...next, 'LAUNCH_FAILED'] : next,
  };
}
