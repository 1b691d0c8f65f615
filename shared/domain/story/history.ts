/*
 * What the events of a run tell of it, read once for everybody: the states that it was in, its steps, its cancels, its
 * returns to the queue, its end. Pure; times are epoch ms. Nothing is forgotten, so any moment can be cut from it.
 */
import type { EventOf, Payload } from '#shared/domain/events/events.ts';
import type { LastLook } from '#shared/domain/events/last-look.ts';
import type { Said } from '#shared/domain/events/said.ts';
import type { EventStep } from '#shared/domain/events/step-events.ts';
import type { Cause } from '#shared/domain/run/cause.ts';
import { type Outcome, outcomeOfEnd } from '#shared/domain/run/outcome.ts';
import { meaningOf, QUEUED } from '#shared/domain/run/states.ts';
import type { StepPhase } from '#shared/domain/run/status.ts';
import { openPause, tellPause } from './pauses.ts';
import { endSteps, failHeld, tellStep } from './steps.ts';
import type { PastEvent } from './when.ts';

/** An event's number and when it happened, or no later than that; 0 is the acceptance of the run. */
export interface Point {
  readonly seq: number;
  readonly at: number;
  readonly isBound?: true;
}

/** What moved a run; `failed`: a step had failed, if that is what its state asks. */
export interface VisitCause extends Cause {
  failed?: true;
}

/** A stay in a state of the machine. */
export interface Visit {
  readonly state: string;
  readonly entered: Point;
  /** Missing while it lasts. A final state is not left, but its time stands still from the run's end on. */
  readonly left?: Point;
  /** Missing of the state in which the run began. */
  readonly from?: string;
  /** Missing where the event does not say it. */
  readonly cause?: VisitCause | undefined;
  /** What became of the browser, as the last transition of a stopped run says. */
  readonly browser?: Payload<'transition'>['browser'];
}

/** A step from its beginning to its end. */
export interface StepSpan {
  /** Which of the flow's steps, from 0; of those that clean up, which of them. */
  readonly index: number;
  readonly phase: StepPhase;
  readonly attempt: number;
  /** The event's step, fill values hidden. */
  readonly step: EventStep;
  readonly began: Point;
  /** Missing while it goes on. */
  readonly ended?: Point;
  readonly outcome: StepOutcome;
  readonly error?: string | undefined;
  /** Why it was not done in its time, as a code. */
  readonly reason?: string | undefined;
  /** Relative to `/artifacts/`. */
  readonly picture?: string | undefined;
  /** How often it was tried, if more than once. */
  readonly attempts?: number | undefined;
  /** It was not to be done. */
  readonly skipped?: true | undefined;
  /** It failed, and the run went on. */
  readonly optional?: true | undefined;
  /** It failed, and the run waited for a person instead of ending. */
  readonly isHeld?: true | undefined;
  readonly expectation?: Payload<'step_success'>['expectation'];
  /** What it has found, without its value. */
  readonly result?: Payload<'step_success'>['result'];
  /** What is known of the page on which it failed. */
  readonly facts?: FailureFacts;
  /** What it asks a person, from when on, and until when. */
  readonly question?: StepQuestion;
  /** The question is over: who has answered it, if anybody has. */
  readonly resumed?: Point & Omit<Payload<'resumed'>, 'at'>;
  /** What the page said meanwhile, in its order, each with the event that says so. */
  readonly said?: readonly (Said & Point)[];
}
export type FailureFacts = Pick<
  Payload<'step_failure'>,
  'coveredBy' | 'httpStatus' | 'documents' | 'pendingRequest' | 'nearest'
>;
export type StepQuestion = Point & Omit<Payload<'waiting_for_person'>, 'at'>;
export type StepOutcome = 'running' | 'ok' | 'failed' | 'interrupted' | 'unbegun';

/** A pause, from its beginning to its end. `stepIndex`: the step that has failed, or comes next. */
export type PauseSpan = Point &
  Pick<Payload<'waiting_for_person'>, 'text' | 'userId' | 'until'> & {
    why: 'pause' | 'failure';
    stepIndex: number;
    /** How it went on, if a person let it. */
    resumed?: Point & Omit<Payload<'resumed'>, 'at'>;
    /** Missing while it lasts. */
    ended?: Point;
  };

/** The machine took a cancel, or a harder one. */
export type CancelTaken = Point & Omit<Payload<'cancel'>, 'at'> & { stepIndex?: number | undefined };
/** The run went back into the queue. */
type Requeue = Point & Pick<Payload<'requeued'>, 'attempt' | 'returned'>;
type RunEnd = Point & { outcome: Outcome } & Pick<Payload<'run_end'>, 'error' | 'results' | 'waitedFor'>;

/** It has waited without a runner and a browser. `reopened`: its page is open again, and lacks that. */
type ParkedSpan = Point &
  Pick<Payload<'run_parked'>, 'why' | 'verdict'> & {
    reopened?: Point & Pick<Payload<'run_reopened'>, 'notCarried'>;
  };

/** The run begins with this step, at a page of the run that it is forked off. */
type Carried = Point & Omit<Payload<'carried_over'>, 'at'>;

export interface History {
  /** Each event. */
  readonly points: readonly Point[];
  /** Visits in their order; the last is where the run is. */
  readonly visits: readonly [Visit, ...Visit[]];
  /** How often it was paused, the first time first. */
  readonly pauses: readonly PauseSpan[];
  /** Steps in the order of their beginning. */
  readonly steps: readonly StepSpan[];
  readonly cancels: readonly CancelTaken[];
  readonly requeues: readonly Requeue[];
  readonly parkings: readonly ParkedSpan[];
  readonly carried: Carried | undefined;
  /** The page of a run that did not pass, as it was left. */
  readonly lastLook: (Point & LastLook) | undefined;
  readonly end: RunEnd | undefined;
}

/** A run that was accepted then, and of which nothing has happened. */
export const acceptedAt = (at: number): History => ({
  points: [{ seq: 0, at }],
  visits: [{ state: QUEUED, entered: { seq: 0, at } }],
  steps: [],
  pauses: [],
  cancels: [],
  requeues: [],
  parkings: [],
  carried: undefined,
  lastLook: undefined,
  end: undefined,
});

export const historyOf = (startedAt: number, events: readonly PastEvent[]): History =>
  evolve(acceptedAt(startedAt), events);

/** The history after further events, in their order, one by one or at once; what it was before stays as it is. */
export function evolve(history: History, events: readonly PastEvent[]): History {
  const { points, visits, steps, pauses, cancels, requeues, parkings, carried, lastLook, end } = history;
  const draft: Draft = {
    points: [...points],
    visits: [...visits],
    steps: [...steps],
    pauses: [...pauses],
    cancels: [...cancels],
    requeues: [...requeues],
    parkings: [...parkings],
    carried,
    lastLook,
    end,
  };
  for (const event of events) {
    const { seq, time, isBound } = event;
    if (!isBound) pullBack(draft, time);
    const at = Math.max(draft.points.at(-1)?.at ?? time, time);
    const point = { seq, at, ...(isBound && { isBound }) };
    apply(draft, event, point);
    draft.points.push(point);
  }
  return draft;
}

/** What was only bounded was no later than what came next. */
function pullBack({ points, visits, steps }: Draft, time: number): void {
  const first = points.findLastIndex(({ at, isBound }) => !isBound || at <= time) + 1;
  for (let n = Math.max(1, first); n < points.length; n += 1) {
    const [was, is] = [points[n]!, { ...points[n]!, at: Math.max(points[n - 1]!.at, time) }];
    points[n] = is;
    for (const [at, visit] of visits.entries())
      if (visit.entered === was) visits[at] = { ...visit, entered: is };
      else if (visit.left === was) visits[at] = { ...visit, left: is };
    for (const [at, step] of steps.entries())
      if (step.began === was) steps[at] = { ...step, began: is };
      else if (step.ended === was) steps[at] = { ...step, ended: is };
  }
}

type Draft = { -readonly [Key in keyof History]: Mutable<History[Key]> };
type Mutable<Value> = Value extends readonly [infer First, ...unknown[]]
  ? [First, ...First[]]
  : Value extends readonly (infer Item)[]
    ? Item[]
    : Value;

/** Types of which a history says nothing. */
type Unread =
  | 'pause'
  | 'profile_applied'
  | 'profile_stale'
  | 'profile_saved'
  | 'secret_used'
  | 'notice'
  | 'unknown';

function apply(draft: Draft, event: PastEvent, point: Point): void {
  switch (event.type) {
    case 'transition':
      endSteps(draft.steps, point, ({ phase }) => phase !== meaningOf(event.payload.to).step);
      if (!meaningOf(event.payload.to).tags.includes('awaitsPerson')) endPause(draft, point);
      move(draft, event, point);
      return;
    case 'step_start':
    case 'cleanup_start':
    case 'step_success':
    case 'step_failure':
    case 'cleanup_success':
    case 'cleanup_failure':
    case 'page_said':
    case 'waiting_for_person':
    case 'resumed':
      tellStep(draft.steps, event, point, attemptOf(draft));
      tellPause(draft.pauses, event, point);
      return;
    case 'cancel':
      takeCancel(draft, event, point);
      return;
    case 'requeued':
      requeue(draft, event, point);
      return;
    case 'run_parked':
    case 'run_reopened':
    case 'carried_over':
    case 'last_look':
      note(draft, event, point);
      return;
    case 'run_end':
      end(draft, event, point);
      return;
    default:
      event.type satisfies Unread; // a new type is read above, or named there
  }
}

function takeCancel(
  { cancels }: Draft,
  { stepIndex, payload: { at: _, ...cancel } }: EventOf<'cancel'>,
  point: Point,
): void {
  cancels.push({ ...cancel, stepIndex, ...point });
}

/** A step that failed and is not done again, nor left behind, has failed the run. */
function endPause({ pauses, steps }: Draft, ended: Point): void {
  const last = openPause({ pauses });
  if (!last) return;
  pauses[pauses.length - 1] = { ...last, ended };
  if (!last.resumed) failHeld(steps, last);
}

function requeue(
  { steps, requeues }: Draft,
  { payload: { attempt, returned } }: EventOf<'requeued'>,
  point: Point,
): void {
  endSteps(steps, point);
  requeues.push({ attempt, ...(returned && { returned }), ...point });
}

type Noted = PastEvent & { type: 'run_parked' | 'run_reopened' | 'carried_over' | 'last_look' };

function note(draft: Draft, event: Noted, point: Point): void {
  const { parkings } = draft;
  switch (event.type) {
    case 'run_parked':
      parkings.push({ why: event.payload.why, verdict: event.payload.verdict, ...point });
      return;
    case 'run_reopened': {
      const last = parkings.at(-1);
      const { notCarried } = event.payload;
      if (last) parkings[parkings.length - 1] = { ...last, reopened: { notCarried, ...point } };
      return;
    }
    case 'carried_over':
      draft.carried = { ...event.payload, ...point };
      return;
    case 'last_look':
      draft.lastLook = { ...event.payload, ...point };
  }
}

function move(draft: Draft, event: EventOf<'transition'>, point: Point): void {
  const { from, to, cause, browser } = event.payload;
  const failed = cause?.kind === 'done' && wentOnFailed(draft, event);
  leave(draft, point);
  draft.visits.push({
    state: to,
    entered: point,
    from,
    cause: cause && { ...cause, ...(failed && { failed }) },
    ...(browser && { browser }),
  });
}

function leave({ visits }: Draft, left: Point): void {
  const last = visits.at(-1)!;
  if (last.left === undefined) visits[visits.length - 1] = { ...last, left };
}

function end(draft: Draft, { payload }: EventOf<'run_end'>, point: Point): void {
  endSteps(draft.steps, point);
  leave(draft, point);
  draft.end = { outcome: outcomeOfEnd(payload), ...kept(payload), ...point };
}

const kept = ({ error, results, waitedFor }: Payload<'run_end'>) => ({
  error,
  ...(results && { results }),
  ...(waitedFor && { waitedFor }),
});

/** Whether a step has failed, and its run with it. */
export const isFatal = ({
  outcome,
  optional,
  isHeld,
}: Pick<StepSpan, 'outcome' | 'optional' | 'isHeld'>): boolean =>
  outcome === 'failed' && !optional && !isHeld;

/** Whether a step's failure is what a state went on with: its own step's, or what the flow has come to before. */
function wentOnFailed({ steps, requeues }: Draft, { seq, payload }: EventOf<'transition'>): boolean {
  const last = steps.findLast((step) => step.phase === 'flow' || isFatal(step));
  if (!last || !isFatal(last) || last.attempt !== attemptOf({ requeues })) return false;
  return meaningOf(payload.from).step ? last.ended?.seq === seq - 1 : last.phase === 'flow';
}

export const attemptOf = ({ requeues }: Pick<History, 'requeues'>): number => requeues.at(-1)?.attempt ?? 1;
