/*
 * The browser side of one run, as the machine's effects see it: what is being opened, the call in flight, the evidence
 * of the steps. Owns the run's browser context from opening to closing (I8); knows nothing of ownership or events.
 */

import type { StepRow } from '#shared/database/runs/transition.ts';
import type { StepDone } from '#shared/run/context.ts';
import type { StepOutcome } from '../browser/perform.ts';
import type { RunBrowser } from '../browser/run-browser.ts';

export interface BrowserHold {
  open(): Promise<void>;
  perform(index: number, signal: AbortSignal): Promise<StepDone>;
  /** Waits for the call that an abort interrupted; its result, if it had ended by itself as step `done`. */
  interrupted(done: number): Promise<StepDone | undefined>;
  /** Closes the context, waiting for one that is still being opened. Safe to repeat. */
  close(options: { keepVideo: boolean; reason: string }): Promise<{ videoPath?: string }>;
  kill(): Promise<void>;
  outcome(index: number): StepRow | undefined;
  readonly closed: boolean;
}

export function holdBrowser(openBrowser: () => Promise<RunBrowser>, now: () => number): BrowserHold {
  const outcomes = new Map<number, StepOutcome>();
  let opening: Promise<RunBrowser> | undefined;
  let opened: RunBrowser | undefined;
  let inFlight: { index: number; ended: Promise<StepDone | undefined> } | undefined;
  let closed = false;
  let abandoned = false;

  const performOn = async (index: number, signal: AbortSignal): Promise<StepDone> => {
    const browser = await opening;
    if (!browser) throw new Error('there is no browser to act on');
    const outcome = await browser.perform(index, signal);
    outcomes.set(index, outcome);
    return { at: now(), ok: outcome.ok, ...(outcome.error !== undefined && { error: outcome.error }) };
  };

  return {
    async open() {
      opening = openBrowser();
      opened = await opening;
      if (abandoned) await opened.close({ keepVideo: false, reason: 'the run is over' });
    },
    perform(index, signal) {
      const ending = performOn(index, signal);
      inFlight = { index, ended: ending.catch(() => undefined) };
      return ending;
    },
    async interrupted(done) {
      await opening?.catch(() => undefined); // its failure is the machine's to handle
      const result = await inFlight?.ended;
      return inFlight?.index === done ? result : undefined;
    },
    async close(options) {
      const browser = await opening?.catch(() => undefined);
      const result = (await browser?.close(options)) ?? {};
      closed = true;
      return result;
    },
    async kill() {
      abandoned = true;
      // One that is still being opened is closed as soon as it is there.
      await opened?.kill();
      closed = true;
    },
    outcome: (index) => outcomes.get(index),
    get closed() {
      return closed || opening === undefined;
    },
  };
}
