/*
 * The browser side of one run, as the machine's effects see it: what is being opened, the call in flight, the
 * evidence of the steps. Owns the run's browser context from opening to closing (I8); knows nothing about ownership
 * or events.
 */

import type { StepRow } from '#shared/database/runs/transition.ts';
import type { Notice } from '#shared/events/between.ts';
import type { StepDone } from '#shared/run/context.ts';
import type { StepPhase } from '#shared/run/status.ts';
import type { StepOutcome } from '../browser/perform.ts';
import type { RunBrowser } from '../browser/run-browser.ts';

export interface BrowserHold {
  open(): Promise<void>;
  /** An atomic step ignores the signal; only `interrupted` ends it early. */
  perform(index: number, signal: AbortSignal): Promise<StepDone>;
  /** Runs one of the flow's `onCancel` steps. */
  cleanUp(index: number, signal: AbortSignal): Promise<StepDone>;
  /** Waits for the step in flight; resolves with its result if that was step `done`. */
  finished(done: number): Promise<StepDone | undefined>;
  /** Aborts the call and waits for it to return; resolves with its result if it had ended by itself as step `done`. */
  interrupted(done: number): Promise<StepDone | undefined>;
  /** Closes the context, waiting for one that is still being opened. Safe to repeat. */
  close(options: {
    keepVideo: boolean;
    reason: string;
  }): Promise<{ videoPath?: string; browserPid?: number }>;
  kill(): Promise<{ pid?: number; spared?: true }>;
  outcome(index: number, phase: StepPhase): StepRow | undefined;
  /** Differences from what the flow asked for. */
  readonly notices: Notice[];
  readonly closed: boolean;
}

export interface HeldFlow {
  openBrowser(): Promise<RunBrowser>;
  isAtomic(index: number): boolean;
  /** Epoch ms. */
  now(): number;
}

export function holdBrowser({ openBrowser, isAtomic, now }: HeldFlow): BrowserHold {
  const outcomes = { flow: new Map<number, StepOutcome>(), onCancel: new Map<number, StepOutcome>() };
  const abort = new AbortController();
  let opening: Promise<RunBrowser> | undefined;
  let opened: RunBrowser | undefined;
  let inFlight: { index: number; ended: Promise<StepDone | undefined> } | undefined;
  let closing = false;
  let closed = false;
  let abandoned = false;

  const openAs = async (begun: Promise<RunBrowser>): Promise<RunBrowser> => {
    opening = begun;
    opened = undefined;
    opened = await begun;
    if (abandoned) await opened.close({ keepVideo: false, reason: 'the run is over' });
    return opened;
  };

  /** A run that has not begun survives a browser that crashed or was killed because of another run. */
  const browserFor = async (isFirst: boolean): Promise<RunBrowser | undefined> => {
    const browser = await opening;
    if (!isFirst || !browser?.lost || closing || abandoned) return browser;
    return openAs(browser.close({ keepVideo: false, reason: 'its browser is gone' }).then(openBrowser));
  };

  const run = async (
    phase: StepPhase,
    index: number,
    act: (browser: RunBrowser) => Promise<StepOutcome>,
  ): Promise<StepDone> => {
    const browser = await browserFor(phase === 'flow' && index === 0);
    if (!browser) throw new Error('there is no browser to act on');
    const outcome = await act(browser);
    outcomes[phase].set(index, outcome);
    return { at: now(), ok: outcome.ok, ...(outcome.error !== undefined && { error: outcome.error }) };
  };

  const finished = async (done: number): Promise<StepDone | undefined> => {
    await opening?.catch(() => undefined); // its failure is the machine's to handle
    const result = await inFlight?.ended;
    return inFlight?.index === done ? result : undefined;
  };

  return {
    async open() {
      await openAs(openBrowser());
    },
    perform(index, signal) {
      const stop = isAtomic(index) ? abort.signal : AbortSignal.any([signal, abort.signal]);
      const ending = run('flow', index, (browser) => browser.perform(index, stop));
      inFlight = { index, ended: ending.catch(() => undefined) };
      return ending;
    },
    cleanUp: (index, signal) => run('onCancel', index, (browser) => browser.cleanUp(index, signal)),
    finished,
    interrupted(done) {
      abort.abort();
      return finished(done);
    },
    async close(options) {
      closing = true;
      const browser = await opening?.catch(() => undefined);
      const result = (await browser?.close(options)) ?? {};
      closed = true;
      return { ...result, ...(browser?.browserPid !== undefined && { browserPid: browser.browserPid }) };
    },
    async kill() {
      abandoned = true;
      // A context that is still being opened is closed as soon as it exists.
      const { pid, spared } = (await opened?.kill()) ?? {};
      closed = true;
      return { ...(pid !== undefined && { pid }), ...(spared && { spared }) };
    },
    outcome(index, phase) {
      const outcome = outcomes[phase].get(index);
      return outcome && { ...outcome, phase };
    },
    get notices() {
      return opened?.notices ?? [];
    },
    get closed() {
      return closed || opening === undefined;
    },
  };
}
