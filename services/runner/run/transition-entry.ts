import type { SavedLogin, StepRecord } from '#shared/adapters/database/runs/transition.ts';
import { endedBetween, eventsBetween } from '#shared/domain/events/between.ts';
import type { StepDescriber } from '#shared/domain/events/describer.ts';
import type { NewEvent } from '#shared/domain/events/events.ts';
import type { Flow } from '#shared/domain/flow/flow.ts';
import type { Step } from '#shared/domain/flow/step.ts';
import type { Cause } from '#shared/domain/run/cause.ts';
import type { StepResult } from '#shared/domain/run/context.ts';
import { isQueued, type RunSnapshot, stateOf, statusOf } from '#shared/domain/run/snapshot.ts';
import type { StepPhase } from '#shared/domain/run/status.ts';
import type { BrowserHold } from './browser-hold.ts';

/** What is stored of one move of the machine, or of several. */
export interface TransitionEntry {
  snapshot: RunSnapshot;
  events: NewEvent[];
  steps: StepRecord[];
  /**
   * How long it may wait for what comes next, to be stored with it, ms. A change of status is never kept back, and what
   * happened to a step not for long.
   */
  mayWaitMs: number;
  /** The run has left the queue. */
  leavesQueue: boolean;
  /** It has passed, and this version of its profile counts. */
  savedLogin?: SavedLogin | undefined;
}

/** The flow, what its browser knows of the steps, and what moved the machine. */
export interface EntrySources {
  flow: Flow;
  hold: Pick<BrowserHold, 'outcome'>;
  describe: StepDescriber;
  cause: Cause | undefined;
  /** The version that has its login. */
  savedLogin?(): SavedLogin | undefined;
}

/** Nothing if neither its state changed nor anything happened. */
export function transitionEntry(
  before: RunSnapshot,
  snapshot: RunSnapshot,
  sources: EntrySources,
): TransitionEntry | undefined {
  const events = eventsBetween(before, snapshot, sources.describe, sources.cause);
  if (events.length === 0 && stateOf(before) === stateOf(snapshot)) return undefined;
  return {
    snapshot,
    events,
    steps: endedSteps(before, snapshot, sources),
    ...(statusOf(snapshot) === 'pass' && { savedLogin: sources.savedLogin?.() }),
    ...kindOf(before, snapshot, events),
  };
}

/** What only adds events: the machine stays as it was recorded last. */
export const addedEvents = (
  snapshot: RunSnapshot,
  events: NewEvent[],
  mayWaitMs = MOVE_WAITS_MS,
): TransitionEntry => ({ snapshot, events, steps: [], mayWaitMs, leavesQueue: false });

/** Longer than a context takes to open or to close. */
const MOVE_WAITS_MS = 250;
/** Longer than it takes to close on a machine with time to spare. */
const STEP_WAITS_MS = 25;

export const kindOf = (
  before: RunSnapshot,
  after: RunSnapshot,
  events: NewEvent[],
): Pick<TransitionEntry, 'mayWaitMs' | 'leavesQueue'> => ({
  mayWaitMs: mayWaitMs(before, after, events),
  leavesQueue: isQueued(before) && !isQueued(after),
});

function mayWaitMs(before: RunSnapshot, after: RunSnapshot, events: NewEvent[]): number {
  if (!after.hasTag('brief') || statusOf(before) !== statusOf(after)) return 0;
  return events.every(({ type }) => type === 'transition') ? MOVE_WAITS_MS : STEP_WAITS_MS;
}

/** The steps that ended in between; one that was cut off by its deadline has no outcome of the browser's. */
function endedSteps(
  { context: before }: RunSnapshot,
  { context: after }: RunSnapshot,
  { flow, hold }: EntrySources,
): StepRecord[] {
  return [
    ...stepRow('flow', flow.steps, endedBetween(before, after), hold),
    ...(after.cleaned > before.cleaned
      ? stepRow('onCancel', flow.onCancel ?? [], after.lastCleanup, hold)
      : []),
  ];
}

function stepRow(
  phase: StepPhase,
  steps: Step[],
  last: StepResult | undefined,
  hold: EntrySources['hold'],
): StepRecord[] {
  // One that was announced, and did not begin, was not executed.
  if (!last || last.begun === false) return [];
  const { index } = last;
  const { interrupted: _, begun: __, ...result } = last;
  const action = steps[index]?.action ?? 'unknown';
  // The machine has the last word: what a call says after it was cut off does not count.
  return [{ phase, action, ...hold.outcome(index, phase), ...result }];
}
