import { adjacencyMapToArray, getAdjacencyMap, getShortestPaths } from 'xstate/graph';
import type { MachineEvent } from '#shared/domain/run/context.ts';
import { runMachine } from '#shared/domain/run/machine.ts';
import { type RunSnapshot, stateOf } from '#shared/domain/run/snapshot.ts';
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

/** No answer from anybody: only the deadlines are reached. */
export const TIME_PASSING: TestEvent[] = DEADLINES.map((name) => ({
  type: `xstate.done.actor.${name}Deadline`,
  output: { at: 1 },
}));

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

const within = (from: RunSnapshot, events: TestEvent[]) => ({
  fromState: from,
  events: events as MachineEvent[],
  serializeState: keyOf,
});

/** Every situation that can follow from a snapshot, with the shortest way there. */
export function explore(from: RunSnapshot, events = WORLD): { snapshot: RunSnapshot; events: TestEvent[] }[] {
  return getShortestPaths(runMachine, within(from, events)).map(({ state, steps }) => ({
    snapshot: state,
    events: steps
      .map(({ event }) => event as TestEvent)
      .filter(({ type }) => !type.startsWith('xstate.init')),
  }));
}

interface Move {
  from: RunSnapshot;
  event: TestEvent;
  to: RunSnapshot;
}

/** What each event does in every situation that can follow from a snapshot; it may change nothing there. */
export const everyMove = (from: RunSnapshot): Move[] =>
  adjacencyMapToArray(getAdjacencyMap(runMachine, within(from, WORLD))).map(
    ({ state, event, nextState }) => ({
      from: state,
      event: event as TestEvent,
      to: nextState,
    }),
  );
