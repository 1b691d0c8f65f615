import type { AnyActorScope } from 'xstate';
import { createEmptyActor } from 'xstate/actors';
import type { MachineEvent } from '#shared/domain/run/context.ts';
import { runMachine } from '#shared/domain/run/machine.ts';
import { persisted, type RunSnapshot, stateOf } from '#shared/domain/run/snapshot.ts';
import { meaningOf } from '#shared/domain/run/states.ts';
import {
  ANSWERED,
  ASKED,
  CANCEL,
  CHECKED,
  CLAIM,
  CLEANED,
  CLOSED,
  FINISHED,
  INTERRUPTED,
  KILLED,
  LAUNCHED,
  LOST,
  NOT_KEPT,
  PARKED,
  PAUSE,
  RESUMED,
  SEALED,
  SETTLED,
  STEP_FAILED,
  STEP_OK,
  type TestEvent,
  UNANSWERED,
  UNRESUMED,
  YIELDED,
} from '../database/runs.ts';

const EFFECTS = [
  'launch',
  'checkpoint',
  'step',
  'answer',
  'resume',
  'yield',
  'seal',
  'park',
  'settle',
  'finish',
  'interrupted',
  'cleanup',
  'close',
  'kill',
];
const DEADLINES = [
  'launch',
  'checkpoint',
  'step',
  'answer',
  'resume',
  'yield',
  'park',
  'run',
  'settle',
  'finish',
  'abort',
  'cleanup',
  'close',
  'kill',
];

const TIME_PASSING: TestEvent[] = DEADLINES.map((name) => ({
  type: `xstate.done.actor.${name}Deadline`,
  output: { at: 1 },
}));
/** A deadline is reached: the one thing that happens if no effect ever answers. */
export const isTimePassing = (event: TestEvent) => TIME_PASSING.includes(event);

/** Everything that can happen to a run: events, the end or failure of each effect, each deadline. */
export const WORLD: TestEvent[] = [
  CLAIM,
  CANCEL,
  { type: 'CANCEL', at: 1, source: 'user', mode: 'force' },
  PAUSE,
  { ...PAUSE, mode: 'now' },
  { type: 'EXPIRE', at: 1, why: 'unclaimed', error: 'no runner' },
  { type: 'EXPIRE', at: 1, why: 'unattended', error: 'no person' },
  { type: 'STALE', at: 1, source: 'supervisor' },
  { type: 'REQUEUE', at: 1 },
  LOST,
  SEALED,
  NOT_KEPT,
  PARKED,
  LAUNCHED,
  CHECKED,
  STEP_OK,
  STEP_FAILED,
  ASKED,
  ANSWERED,
  UNANSWERED,
  RESUMED,
  UNRESUMED,
  YIELDED,
  SETTLED,
  FINISHED,
  INTERRUPTED,
  CLEANED,
  CLOSED,
  KILLED,
  ...EFFECTS.map((name): TestEvent => ({ type: `xstate.error.actor.${name}`, error: new Error('it broke') })),
  ...TIME_PASSING,
];

/** Where it decides whether a run goes back to the queue: before its flow has begun, and in the end. */
const RETURNS: unknown[] = ['runner', 'browser', 'outcome'];

/** What distinguishes one situation of a run from another: its state, and what decides where that leads. */
function keyOf(snapshot: RunSnapshot): string {
  const { done, announced, cleaned, failed, interrupted, cancel, stale, attempt } = snapshot.context;
  const { pauseAsked, pause, held, yielding, lastOrder, hasBegun, askedAt } = snapshot.context;
  const { parked, returned, stopReason, lastStep } = snapshot.context;
  const mayReturn = RETURNS.includes(meaningOf(stateOf(snapshot)).waitsFor);
  return JSON.stringify([
    ...[stateOf(snapshot), done, announced, cleaned, failed, interrupted, cancel?.mode, stale, attempt],
    ...[pauseAsked?.mode, held?.ok, yielding, lastOrder, hasBegun, lastStep?.begun],
    ...[pause !== undefined, pause?.failure?.ok, pause?.cut, askedAt !== undefined],
    ...(mayReturn ? [parked !== undefined, returned, stopReason] : []),
  ]);
}

/** One situation that a run can be in, with a shortest way there. */
export interface Situation {
  snapshot: RunSnapshot;
  events: readonly TestEvent[];
  /** What each event of the world that changes it makes of it. `next`: the situation that this is. */
  moves: { event: TestEvent; to: RunSnapshot; next: Situation }[];
}

const explored = new Map<string, Situation[]>();

/** Every situation that can follow from a snapshot, breadth first; once for all who ask. */
export function explore(from: RunSnapshot): readonly Situation[] {
  const start = JSON.stringify(persisted(from));
  const known = explored.get(start) ?? walk(from);
  explored.set(start, known);
  return known;
}

/** What events change in every situation that can follow from a snapshot. */
export const everyMove = (from: RunSnapshot) =>
  explore(from).flatMap(({ snapshot, moves }) =>
    moves.map(({ event, to }) => ({ from: snapshot, event, to })),
  );

function walk(from: RunSnapshot): Situation[] {
  const start: Situation = { snapshot: from, events: [], moves: [] };
  const situations = new Map([[keyOf(from), start]]);
  // Those that are found on the way are looked at after those that are known.
  for (const { snapshot, events, moves } of situations.values())
    for (const event of WORLD) {
      const to = runMachine.transition(snapshot, event as MachineEvent, SCOPE);
      if (to === snapshot) continue;
      const key = keyOf(to);
      const next = situations.get(key) ?? { snapshot: to, events: [...events, event], moves: [] };
      situations.set(key, next);
      moves.push({ event, to, next });
    }
  return [...situations.values()];
}

const self = createEmptyActor();
/** As of `transition()` of XState, which makes one for each call. */
const SCOPE: AnyActorScope = {
  self,
  system: self.system,
  id: '',
  sessionId: '',
  logger: () => undefined,
  defer: () => undefined,
  stopChild: () => undefined,
  emit: () => undefined,
  actionExecutor: () => undefined,
};
