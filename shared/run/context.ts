import type { Budget } from './budget.ts';
import type { CancelMode, CancelSource } from './status.ts';

/** Raised whenever a stored snapshot of an older machine can no longer be restored by this one. */
export const MACHINE_VERSION = 1;

export interface RunInput {
  /** The longest each step may take, in ms, in flow order. */
  stepTimeouts: number[];
  budget: Budget;
}

export interface CancelRequest {
  source: CancelSource;
  mode: CancelMode;
  reason?: string;
}

/** How one step ended, without its evidence: texts and pictures stay out of the snapshot. */
export interface StepResult {
  index: number;
  ok: boolean;
  error?: string;
}

export type StopReason =
  | 'launch_failed'
  | 'launch_timeout'
  | 'step_failed'
  | 'step_timeout'
  | 'commit_timeout'
  | 'close_failed'
  | 'queue_timeout'
  | 'cancelled'
  | 'stale';

export interface RunContext extends RunInput {
  /** The latest time the machine was told, epoch ms: it has no clock of its own. */
  now: number;
  /** Steps that have ended, which is also the index of the next one. */
  done: number;
  lastStep?: StepResult;
  /** The step that a cancel interrupted. */
  interrupted?: number | undefined;
  /** Why the flow failed, where no step says so. */
  error?: string;
  stopReason?: StopReason;
  failed: boolean;
  cancel?: CancelRequest & { at: number };
  stale: boolean;
  videoPath?: string;
}

/** What the machine is told from outside. Times are epoch ms. */
export type RunEvent =
  | { type: 'CLAIM'; at: number }
  | ({ type: 'CANCEL'; at: number } & CancelRequest)
  | { type: 'EXPIRE'; at: number; error: string }
  | { type: 'STALE'; at: number; source: CancelSource; reason?: string };

/** What every effect answers with: when it ended, epoch ms. */
export interface Told {
  at: number;
}
export interface StepDone extends Told {
  ok: boolean;
  error?: string;
}
export interface Closed extends Told {
  videoPath?: string;
}
/** What became of the call that a cancel interrupted: `step` only if it had ended by itself. */
export interface Interrupted extends Told {
  step?: StepDone;
}

/** How an effect fails: with the time, so that the next deadline counts from there. */
export class EffectError extends Error {
  readonly code = 'effect_failed';
  /** Epoch ms. */
  readonly at: number;
  constructor(at: number, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.at = at;
  }
}
