/* What the makers of events ask of those that know the flow and the browser of a run. */
import type { NotCarried } from '#shared/domain/run/not-carried.ts';
import type { StepPhase } from '#shared/domain/run/status.ts';
import type { Payload } from './events.ts';
import type { LastLook } from './last-look.ts';
import type { NoticeCode } from './notice-codes.ts';
import type { EventStep } from './step-events.ts';

/** What a step looks like in an event, and the evidence its outcome left: supplied by a caller that knows the flow. */
export interface StepDescriber {
  step(index: number, phase: StepPhase): EventStep;
  evidence(index: number, phase: StepPhase): Partial<Omit<Payload<'step_failure'>, 'step' | 'at' | 'error'>>;
  /** What a step asks a person. */
  question?(index: number): ShownQuestion | undefined;
  /** Who has answered that, and which fields. */
  answer?(index: number): Answered | undefined;
  /** Who has let a pause go on: which of the run's pauses, from 1. */
  resumption?(pause: number): Resumption | undefined;
  /** Which secrets of the vault were opened for a step. */
  usedSecrets?(index: number, phase: StepPhase): UsedSecret[];
  /** What the run's user should know about how it was started; the run goes on. */
  notices?(): Notice[];
  /** Where it was forked off, and what of that page it lacks; asked as its flow begins. */
  carriedOver?(): CarriedOver | undefined;
  /** How the run is logged in; undefined if it has no profile. */
  login?(): LoginOfRun | undefined;
  /** What its page lacks that is open again; asked as it is. */
  reopened?(): NotCarried[];
  /** What its steps have found, by name; asked at its end. */
  results?(): Record<string, unknown> | undefined;
  /** What was kept of its page before that closed; asked at its end, if it did not pass. */
  lastLook?(): LastLook | undefined;
  /** Why there is no video of a run that was recorded; asked at its end, if it has none. */
  noVideo?(): Notice | undefined;
}

/** A question as it may be shown. */
export type ShownQuestion = Pick<Payload<'waiting_for_person'>, 'text' | 'fields' | 'screenshotPath'>;
export type Answered = Required<Pick<Payload<'resumed'>, 'names'>> & Pick<Payload<'resumed'>, 'userId'>;

export type Resumption = Pick<Payload<'resumed'>, 'userId' | 'edited'>;
export type CarriedOver = Omit<Payload<'carried_over'>, 'at'>;

/** The login of a profile: it lasts, or it does not. */
export type Login =
  | { applied: Omit<Payload<'profile_applied'>, 'at'> }
  | { stale: Omit<Payload<'profile_stale'>, 'at'> };

export interface LoginOfRun {
  /** Undefined if it began logged out; asked as its flow begins, and of one that does not begin. */
  begun: Login | undefined;
  /** The version of its profile that counts now; asked at its end, if it passed. */
  saved: Pick<Payload<'profile_saved'>, 'name' | 'version'> | undefined;
  /** Why there is none that was asked for; likewise. */
  notSaved: Notice | undefined;
}

/** A secret of the vault by its name, and the origin of the frame that it was opened for. */
export type UsedSecret = Pick<Payload<'secret_used'>, 'name' | 'origin'>;

export type Notice = Pick<Payload<'notice'>, 'text'> & { code: NoticeCode };
