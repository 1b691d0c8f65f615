/* What the machine's effects and the describers of its events see of a run's browser; `hold-browser.ts` has it. */
import type { PageLook } from '#shared/adapters/bus/command.ts';
import type { StepRecord } from '#shared/adapters/database/runs/transition.ts';
import type { Notice } from '#shared/domain/events/describer.ts';
import type { LastLook } from '#shared/domain/events/last-look.ts';
import type { StepDone } from '#shared/domain/run/context.ts';
import type { NotCarried } from '#shared/domain/run/not-carried.ts';
import type { StepPhase } from '#shared/domain/run/status.ts';
import type { ContextEnding } from '../browser/page/context-end.ts';
import type { PerformedStep } from '../browser/page/perform.ts';
import type { CapturedPage, CaptureLimits } from '../browser/page-state/page-state.ts';
import type { FoundResult } from '../browser/results/step-values.ts';
import type { RunBrowser } from '../browser/run-browser.ts';
import type { RunLogin } from './kept/run-login.ts';
import type { Saying } from './saying.ts';

export interface Closing extends Omit<ContextEnding, 'hurry'> {
  /**
   * How long the page may be looked at before, and the trace waited for; 0: not at all, and what goes on is cut short.
   * Undefined: the run needs no last look.
   */
  lookMs?: number;
  /** There is little time left: a page that does not answer soon is not looked at for all of that. */
  isShort?: boolean;
}

export interface BrowserHold {
  open(): Promise<void>;
  /** An atomic step ignores the signal; only `interrupted` ends it early. */
  perform(index: number, signal: AbortSignal): Promise<StepDone>;
  /** Runs one of the flow's `onCancel` steps. */
  cleanUp(index: number, signal: AbortSignal): Promise<StepDone>;
  /** Waits for the step in flight; resolves with its result if that was step `done`. */
  finished(done: number): Promise<StepDone | undefined>;
  /** Aborts the step and waits for it to return; resolves with its result if its action had ended by itself as step `done`. */
  interrupted(done: number): Promise<StepDone | undefined>;
  /** The step in flight, or that was last, is over: another one may come in its place. */
  forget(): void;
  /** Ends each later step of the flow with its action. */
  skipEvidence(): void;
  /** Closes the context, waiting for one that is still being opened. Safe to repeat. */
  close(options: Closing): Promise<{ videoPath?: string; browserPid?: number }>;
  /** How the run has ended, which is stored, or that it was lost. After `close`. */
  over(hasPassed: boolean): void;
  /** A browser that is being opened is not needed any more; it is killed if it owes this run a page. */
  abandon(): void;
  /** Kills the browser, also one that is still opening a page; none if there is none. No context comes after that. */
  kill(): Promise<{ pid?: number; spared?: true }>;
  outcome(index: number, phase: StepPhase): (StepRecord & PerformedStep) | undefined;
  /** What the page of a step under way is like; undefined while there is no page. */
  look(phase: StepPhase, index: number): Promise<PageLook | undefined>;
  /** What can be carried of its page; undefined where there is none, or it is being closed. */
  capture(limits: CaptureLimits): Promise<CapturedPage | undefined>;
  /** What its steps have found, as it is. */
  readonly found: FoundResult[];
  /** What the browser did not take of the page that it began with. */
  readonly notReopened: readonly NotCarried[];
  /** What the page says while its steps go on. */
  readonly said: Saying;
  /** Differences from what the flow asked for. */
  readonly notices: Notice[];
  /** What its steps have found, by name. */
  readonly results: Record<string, unknown> | undefined;
  /** Why there is no video of a run that was recorded. */
  readonly noVideo: Notice | undefined;
  /** What was kept of its page before that closed. */
  readonly lastLook: LastLook | undefined;
  readonly closed: boolean;
  /** Raised when the page cannot be used any more; undefined while there is none. */
  readonly gone: AbortSignal | undefined;
}

export interface HeldFlow {
  /** Rejects with the reason of `abandoned`, or another `OpeningAbandoned`, when that is raised. */
  openBrowser(abandoned: AbortSignal): Promise<RunBrowser>;
  isAtomic(index: number): boolean;
  isOptional(index: number): boolean;
  /** Undefined: nothing is to be logged in. */
  login?: Pick<RunLogin, 'entered' | 'leftOut'> | undefined;
  /** Epoch ms. */
  now(): number;
}
