import type { Budget } from './budget.ts';
import type { OtherLoss } from './stale-reason.ts';
import type { CancelMode, CancelSource, ParkedWhy, PauseMode } from './status.ts';
import type { StopReason } from './stop-reason.ts';

/** Raised whenever a stored snapshot would be misread by the machine of another version. */
export const MACHINE_VERSION = 2;
/** The versions of snapshots that this machine goes on from: its runners claim the runs that wait with them, and no others. */
export const READ_VERSIONS: readonly number[] = [1, MACHINE_VERSION];

/** A step that asks a person. */
interface Question {
  /** How long there is to answer, ms. */
  timeoutMs: number;
  /** The run goes on if nobody has. */
  goesOn?: true;
}

export interface RunInput {
  /** The longest each step may take, in ms, in flow order. */
  stepTimeouts: number[];
  budget: Budget;
  /** Indices of the steps whose end a cancel waits for. */
  atomicSteps?: number[] | undefined;
  /** The steps that ask a person, by their index. */
  questions?: Readonly<Record<number, Question>> | undefined;
  /** How many steps the flow has for when it is cancelled. */
  cleanupSteps?: number | undefined;
  /** The step that it begins with, if the run that it is forked off has done those before. */
  begins?: number | undefined;
  /** How long the run may take from its claim on, ms. */
  maxDurationMs?: number | undefined;
  /** How long a step that failed waits for a person before it fails the run, ms; undefined: not at all. */
  pauseOnFailureMs?: number | undefined;
  /** How long it keeps its browser while it waits for a person, ms. */
  parkAfterMs?: number | undefined;
}

/** A recorded pause, as the machine receives it. `order`: its number among what people have asked of the run. */
export interface AskedPause {
  order: number;
  mode: PauseMode;
  userId: string;
  reason?: string;
  /** How long it may last, ms. */
  forMs: number;
}

/** A pause that lasts. Epoch ms. */
interface Pause {
  since: number;
  until: number;
  /** Undefined: a step has failed, and nobody had asked for a pause before. */
  asked?: AskedPause;
  /** The step at `done` has failed so. */
  failure?: StepDone;
  /** It has interrupted the step at `done`, which may not have begun yet. */
  cut?: { begun?: false };
}

/** A run that gives up its browser while it waits for a person, until that wait is over. */
interface ParkedRun {
  why: ParkedWhy;
  /** How long it may still take once the person's time is over, ms; set when it is parked. */
  leftMs?: number;
  /** Its page is open again. */
  isOpen?: true;
  /** How many runners were lost in this wait: each may have been by this very run. */
  losses?: number;
}

/** What the machine has to know of the steps of a flow. */
export interface StepsInput {
  stepTimeouts: number[];
  atomicSteps: number[];
  questions: RunInput['questions'];
}

/** A recorded cancel, as the machine receives it. */
export interface CommandedCancel {
  source: CancelSource;
  mode: CancelMode;
  reason?: string;
  /** How the machine received the cancel. */
  via?: CancelVia;
}

/**
 * The way of the cancel: the gateway's command, the answer to the owner's own heartbeat or commit, or a supervisor that
 * replayed it because no runner owned the run.
 */
export type CancelVia = 'command' | 'heartbeat' | 'commit' | 'supervisor';

/** How one step ended, without its evidence: texts and pictures stay out of the snapshot. */
export interface StepResult {
  index: number;
  ok: boolean;
  error?: string;
  /** It failed, and the run goes on. */
  optional?: true;
  /** It was interrupted by the end of its run. */
  interrupted?: true;
  /** It was announced, and the end of its run came before it began. */
  begun?: false;
}

export interface RunContext {
  stepTimeouts: number[];
  budget: Budget;
  atomicSteps: number[];
  /** Missing in snapshots of version 1. */
  questions?: Readonly<Record<number, Question>> | undefined;
  cleanupSteps: number;
  /** The step that each attempt begins with; missing of one that begins with the first. */
  begins?: number | undefined;
  maxDurationMs?: number | undefined;
  pauseOnFailureMs?: number | undefined;
  parkAfterMs?: number | undefined;
  parked?: ParkedRun | undefined;
  /** The step at `done` has failed so, and a pause begins instead of the end. */
  held?: StepDone | undefined;
  /** The step that a pause interrupts. */
  yielding?: number | undefined;
  /** Asked for, and not begun. */
  pauseAsked?: AskedPause | undefined;
  pause?: Pause | undefined;
  /** How many pauses have begun. */
  pauses?: number;
  /** The number of the last pause that was taken. */
  lastOrder?: number;
  /** A step had begun before a person let it go on elsewhere. */
  hasBegun?: true | undefined;
  /** Which start of the flow this is, from 1. */
  attempt: number;
  /** It was requeued before anything of it had begun: no browser started for it, or its runner was lost; that happens once. */
  returned?: true | undefined;
  /** The latest time that the machine received, epoch ms: it has no clock of its own. */
  now: number;
  /** When the run has to be over, epoch ms. */
  deadline?: number | undefined;
  /** Steps that have ended, which is also the index of the next one. */
  done: number;
  /** The step at `done` was announced, and waits for the commit of that before it begins. */
  announced?: true | undefined;
  /** Since when the step at `done` waits for a person, epoch ms. */
  askedAt?: number | undefined;
  lastStep?: StepResult | undefined;
  /** The step that the end of its run cut off. */
  interrupted?: number | undefined;
  /** `onCancel` steps that are over, which is also the index of the next one. */
  cleaned: number;
  lastCleanup?: StepResult | undefined;
  /** Why the flow failed, where no step says so. */
  error?: string | undefined;
  stopReason?: StopReason | undefined;
  failed: boolean;
  cancel?: CommandedCancel & { at: number };
  stale: boolean;
  /** Why it is stale; absent if its runner was lost. */
  loss?: OtherLoss;
  videoPath?: string | undefined;
  /** The title of the first page that had one: redacted, and of bounded length. */
  title?: string | undefined;
  /** What became of the browser when the run was stopped. */
  browser?: StoppedBrowser;
}

/** `pid` of the shared browser; it lives on unless it was killed. */
interface StoppedBrowser {
  pid?: number;
  killed: boolean;
}

/** What the machine receives from outside. Times are epoch ms. */
export type MachineEvent =
  /** `steps`: of the flow as it is stored, whose steps a person may have edited since. */
  | { type: 'CLAIM'; at: number; steps?: StepsInput }
  | ({ type: 'CANCEL'; at: number } & CommandedCancel)
  | ({ type: 'PAUSE'; at: number } & AskedPause)
  /** No runner has taken it in time; or it is parked, and no person has been there in time. */
  | { type: 'EXPIRE'; at: number; why: 'unclaimed' | 'unattended'; error: string }
  /** Its runner is lost while it waits for a person, and what it needs to go on elsewhere is kept. */
  | { type: 'LOST'; at: number }
  | { type: 'STALE'; at: number; source: CancelSource; reason?: string; loss?: OtherLoss }
  /** Its runner is lost: it returns to the queue if nothing of it has begun, else the flow starts again from its first step. */
  | { type: 'REQUEUE'; at: number };

/** The result of every effect: when it ended, epoch ms. */
export interface Timed {
  at: number;
}
export interface StepDone extends Timed {
  ok: boolean;
  error?: string;
  /** It failed, and the run goes on. */
  optional?: true;
  /** The title of the run's first page that had one. */
  title?: string;
  /** It asks a person, and is over once that has answered. */
  asks?: true;
  /** Nobody has answered it in time. */
  unanswered?: true;
}
/** How a pause has ended; nothing but the time: nobody has let it go on. */
export interface Resumed extends Timed {
  /** The index of the step that comes next. */
  from?: number;
  /** The number of the order that says so. */
  order?: number;
  /** The steps of the flow, if a person has edited them. */
  edited?: StepsInput;
}
/** Whether what a run needs to go on elsewhere is kept, and why it is parked then. */
export interface Sealed extends Timed {
  isKept: boolean;
  why: ParkedWhy;
}
export interface Closed extends Timed {
  videoPath?: string;
  /** The pid of the browser that the context was on, and that lives on. */
  browserPid?: number;
}
export interface Killed extends Timed {
  /** The pid of the browser that was killed. */
  pid?: number;
  /** No browser was killed: the context had closed after all, or there was none yet. */
  spared?: true;
}
/** What became of the call that a cancel interrupted, or waited for: `step` only if it had ended by itself. */
export interface Interrupted extends Timed {
  step?: StepDone;
}

/** How an effect fails: with the time, so that the next deadline counts from there. */
export class EffectError extends Error {
  readonly code = 'effect_failed';
  /** Epoch ms. */
  readonly at: number;
  /** Why the run ends with it, where that is not what its state says. */
  readonly stopReason: StopReason | undefined;
  constructor(at: number, cause: unknown, stopReason?: StopReason) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.at = at;
    this.stopReason = stopReason;
  }
}
