/*
 * The real run machine as a graph that grows as it is walked: a node for each snapshot, an edge for each thing that it is
 * sent. So the model explores what `shared/domain/run` does, and each transition is made by XState once. Pure.
 */

import { eventsBetween } from '#shared/domain/events/between.ts';
import type { NewEvent } from '#shared/domain/events/events.ts';
import { EffectError } from '#shared/domain/run/context.ts';
import { isNotFree } from '#shared/domain/run/runner-loss.ts';
import {
  initialSnapshot,
  isParked,
  isUnowned,
  type RunSnapshot,
  stateOf,
  statusOf,
  store,
} from '#shared/domain/run/snapshot.ts';
import { CHECKPOINT, UNBEGUN } from '#shared/domain/run/states.ts';
import { type CancelSource, isFinal, type Status } from '#shared/domain/run/status.ts';
import {
  ANSWERED,
  ASKED,
  apply,
  BEGUN,
  CHECKED,
  CLAIM,
  CLOSED,
  INTERRUPTED,
  LAUNCHED,
  LOST,
  PARKED,
  SEALED,
  SETTLED,
  STEP_FAILED,
  STEP_OK,
  TEST_BUDGET,
  type TestEvent,
  UNANSWERED,
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
  ASKED,
  ANSWERED,
  UNANSWERED,
  SEALED,
  PARKED,
  LOST,
  'EXPIRE unattended': { type: 'EXPIRE', at, why: 'unattended', error: 'nobody answered in time' },
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
  /** It has been back, or was parked: another return is not free. */
  notFree: boolean;
  /** No runner has it. */
  unowned: boolean;
  /** It waits for a person without a runner, or for a runner after that. */
  parked: boolean;
  /** Its question is open. */
  asks: boolean;
  /** A question may be open in its state. */
  mayWait: boolean;
  /** It waits for a person on its runner. */
  awaits: boolean;
  /** Its page was opened again after it was parked. */
  reopened: boolean;
  /** Without an answer it goes on. */
  goesOn: boolean;
  /** Lost runners in this wait. */
  losses: number;
  /** Steps that have ended. */
  done: number;
  /** It has failed for want of an answer. */
  unanswered: boolean;
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
  /** It asks a person. */
  readonly asks: boolean;
  node(id: number): MachineNode;
  /** Tells the machine one after the other; the events are those of all of it. */
  walk(from: number, labels: readonly Label[]): Walk;
}

const EFFECT_ENDS: Record<string, readonly Label[]> = {
  'running.launching': ['LAUNCHED'],
  'running.stepping.checkpoint': ['CHECKED'],
  'running.stepping.acting': ['STEP_OK'],
  'running.stepping.parking': ['PARKED'],
  'running.settling': ['SETTLED'],
  'cancelling.aborting': ['INTERRUPTED'],
  'cancelling.closing': ['CLOSED'],
};
const DESCRIBE = { step: () => ({}), evidence: () => ({}) };

interface GraphBounds {
  /** Its owner may tell that no browser started. */
  launchFails?: boolean;
  /** Its first step asks a person; what becomes of the run without an answer. */
  asks?: 'fails' | 'goesOn' | undefined;
}

/** Longer than any clock is late: whether the time of a person is over, the model says. ms. */
const PERSON_MS = 1e14;

export function createMachineGraph(steps: number, bounds: GraphBounds = {}): MachineGraph {
  const nodes: MachineNode[] = [];
  const ids = new Map<string, number>();
  const edges: Map<Label, Walk>[] = [];

  const intern = (snapshot: RunSnapshot): number => {
    const key = JSON.stringify(store(snapshot));
    const known = ids.get(key);
    if (known !== undefined) return known;
    ids.set(key, nodes.length);
    edges.push(new Map());
    return nodes.push(nodeOf(snapshot, steps, bounds)) - 1;
  };
  const edge = (from: number, label: Label): Walk => {
    const known = edges[from]!.get(label);
    if (known) return known;
    const before = nodes[from]!.snapshot;
    const after = apply(before, RECEIVABLE[label]);
    const made = { to: intern(after), events: eventsBetween(before, after, DESCRIBE) };
    edges[from]!.set(label, made);
    return made;
  };
  return {
    asks: bounds.asks !== undefined,
    start: intern(
      initialSnapshot({
        stepTimeouts: Array(steps).fill(at),
        budget: TEST_BUDGET,
        questions: bounds.asks && {
          0: { timeoutMs: PERSON_MS, ...(bounds.asks === 'goesOn' && { goesOn: true as const }) },
        },
      }),
    ),
    node: (id) => nodes[id]!,
    walk(from, labels) {
      if (labels.length === 1) return edge(from, labels[0]!);
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

function nodeOf(snapshot: RunSnapshot, steps: number, bounds: GraphBounds): MachineNode {
  const { context } = snapshot;
  const { cancel, stale, attempt, done, announced = false, returned = false, parked } = context;
  const state = stateOf(snapshot);
  const asksNow = bounds.asks !== undefined && done === 0 && state.endsWith('.acting');
  const next = nextOf(state, announced, asksNow);
  const last = state.endsWith('.acting') && !announced && !asksNow && done === steps - 1;
  const unstarted = bounds.launchFails && state === 'running.launching';
  const status = statusOf(snapshot);
  return {
    snapshot,
    state,
    status,
    final: isFinal(status),
    stale,
    attempt,
    returned,
    notFree: isNotFree(context),
    unowned: isUnowned(snapshot),
    parked: isParked(snapshot),
    asks: context.askedAt !== undefined,
    mayWait: snapshot.hasTag('awaitsPerson'),
    awaits: !isUnowned(snapshot) && snapshot.hasTag('awaitsPerson') && EFFECT_ENDS[state] === undefined,
    reopened: parked?.isOpen === true,
    goesOn: bounds.asks === 'goesOn' && done === 0,
    losses: parked?.losses ?? 0,
    done,
    unanswered: context.stopReason === 'unanswered',
    unbegun: UNBEGUN.includes(state),
    waits: announced || state === CHECKPOINT,
    source: cancel?.source,
    // One place to fail is enough: what is stored of a failure does not depend on where it was.
    next: last ? [...next, 'STEP_FAILED'] : unstarted ? [...next, 'LAUNCH_FAILED'] : next,
  };
}

function nextOf(state: string, announced: boolean, asksNow: boolean): readonly Label[] {
  if (announced) return ['BEGUN'];
  return asksNow ? ['ASKED'] : (EFFECT_ENDS[state] ?? []);
}
