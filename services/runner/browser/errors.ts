import { NoRoomError } from '#shared/adapters/artifacts/artifacts.ts';
import type { FailureReason } from '#shared/domain/events/failure-reasons.ts';

/** Why there is no browser. `code` is stable; the message is one line and names no run. */
export class BrowserError extends Error {
  readonly code: BrowserErrorCode;

  constructor(code: BrowserErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'BrowserError';
    this.code = code;
  }
}

export type BrowserErrorCode =
  | 'browser_missing'
  | 'browser_launch_failed'
  /** It started, and never gave anybody a page. */
  | 'browser_pageless'
  | 'browser_unresponsive'
  | 'pool_closed'
  | 'temp_dir_mismatch';

/** A run gave up the browser that was being opened for it. */
export class OpeningAbandoned extends Error {
  readonly code = 'opening_abandoned';
  /** The browser that was killed for that, because it owed the run a page and had no other runs or hung. */
  readonly killedPid: number | undefined;

  constructor(killedPid?: number) {
    super('the run needs no browser any more');
    this.name = 'OpeningAbandoned';
    this.killedPid = killedPid;
  }
}

/** The login that a run begins with does not last. */
export class ProfileStale extends Error {
  readonly code = 'profile_stale';

  constructor(message: string) {
    super(message);
    this.name = 'ProfileStale';
  }
}

/** Why a step failed, in words for the author of the flow. Any other error is Playwright's. */
export class StepFailure extends Error {
  readonly code = 'step_failed';
  /** The same as a code, if there is one. */
  readonly reason: FailureReason | undefined;

  constructor(message: string, reason?: FailureReason) {
    super(message);
    this.name = 'StepFailure';
    this.reason = reason;
  }
}

/** A value of the vault was not typed. */
export class SecretFailure extends StepFailure {
  constructor(reason: FailureReason, message: string) {
    super(message, reason);
    this.name = 'SecretFailure';
  }
}

/** A step did not end in its time, of so many ms, and did not say what it was waiting for. */
export class StepTimeout extends StepFailure {
  constructor(budgetMs: number) {
    super(timedOut(budgetMs));
    this.name = 'StepTimeout';
  }
}
export const timedOut = (ms: number) => `timed out after ${ms} ms`;

/** Evidence that could not be stored. A step whose only purpose is the evidence fails; others only report it. */
export class StorageFailure extends StepFailure {
  /** `what` could not be stored, in words that name no path of this machine. */
  constructor(what: string, cause: unknown) {
    super(`${what} could not be kept: ${whyNot(cause)}`);
    this.name = 'StorageFailure';
  }
}

function whyNot(cause: unknown): string {
  if (cause instanceof NoRoomError) return cause.message;
  const message = cause instanceof Error ? cause.message : String(cause);
  return /^E[A-Z]+: ([^,]+)/.exec(message)?.[1] ?? 'it could not be written';
}
