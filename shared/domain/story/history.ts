/*
 * What the events of a run say of it, read once for everybody: the states that it was in, its steps, its cancels, its
 * returns to the queue, its end. Times are epoch ms. Nothing is forgotten, so any moment can be cut from it.
 */
import type { Payload } from '#shared/domain/events/events.ts';
import type { LastLook } from '#shared/domain/events/last-look.ts';
import type { Said } from '#shared/domain/events/said.ts';
import type { EventStep } from '#shared/domain/events/step-events.ts';
import type { Cause } from '#shared/domain/run/cause.ts';
import type { Outcome } from '#shared/domain/run/outcome.ts';
import { QUEUED } from '#shared/domain/run/states.ts';
import type { StepPhase } from '#shared/domain/run/status.ts';

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

/** Whether a step has failed, and its run with it. */
export const isFatal = ({
  outcome,
  optional,
  isHeld,
}: Pick<StepSpan, 'outcome' | 'optional' | 'isHeld'>): boolean =>
  outcome === 'failed' && !optional && !isHeld;

export const attemptOf = ({ requeues }: Pick<History, 'requeues'>): number => requeues.at(-1)?.attempt ?? 1;
