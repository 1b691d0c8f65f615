import { getShortestPaths } from 'xstate/graph';
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

/** Every situation that can follow from a snapshot, with the shortest way there. */
export function explore(from: RunSnapshot, events = WORLD): { snapshot: RunSnapshot; events: TestEvent[] }[] {
  const paths = getShortestPaths(runMachine, {
    fromState: from,
    events: events as MachineEvent[],
    serializeState: (snapshot) => {
      const meaning = meaningOf(stateOf(snapshot));
      const { done, announced, cleaned, failed, interrupted, cancel, stale, attempt } = snapshot.context;
      const { pauseAsked, pause, held, yielding, lastOrder, hasBegun, parked } = snapshot.context;
      return JSON.stringify([
        ...[stateOf(snapshot), done, announced, cleaned, failed, interrupted, cancel?.mode, stale, attempt],
        ...[pauseAsked?.mode, pause?.failure?.ok, pause?.cut, held?.ok, yielding, lastOrder, hasBegun],
        // Only there does it decide where things lead.
        meaning.waitsFor === 'outcome' && parked !== undefined,
      ]);
    },
  });
  return paths.map(({ state, steps }) => ({
    snapshot: state,
    events: steps
      .map(({ event }) => event as TestEvent)
      .filter(({ type }) => !type.startsWith('xstate.init')),
  }));
}
