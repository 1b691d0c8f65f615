/*
 * Holds the browser of one run: what is being opened, the call in flight, the evidence of the steps. Owns the run's browser
 * context from opening to closing (I8); knows nothing about ownership or events.
 */
import type { PageLook } from '#shared/adapters/bus/command.ts';
import type { Notice } from '#shared/domain/events/describer.ts';
import type { LastLook } from '#shared/domain/events/last-look.ts';
import type { StepDone } from '#shared/domain/run/context.ts';
import type { NotCarried } from '#shared/domain/run/not-carried.ts';
import type { StepPhase } from '#shared/domain/run/status.ts';
import { OpeningAbandoned } from '../browser/errors.ts';
import type { KeptAlready } from '../browser/page/last-look.ts';
import type { PerformedStep } from '../browser/page/perform.ts';
import type { CapturedPage, CaptureLimits } from '../browser/page-state/page-state.ts';
import { raceSignal } from '../browser/race.ts';
import type { FoundResult } from '../browser/results/step-values.ts';
import type { RunBrowser } from '../browser/run-browser.ts';
import type { BrowserHold, Closing, HeldFlow } from './browser-hold.ts';
import { createSaying, type Saying } from './saying.ts';

export const holdBrowser = (flow: HeldFlow): BrowserHold => new Hold(flow);

class Hold implements BrowserHold {
  readonly said: Saying;
  readonly #flow: HeldFlow;
  readonly #outcomes = { flow: new Map<number, PerformedStep>(), onCancel: new Map<number, PerformedStep>() };
  readonly #abort = new AbortController();
  readonly #abandon = new AbortController();
  /** The last look at the page and the wait for its trace are cut short. */
  readonly #hurry = new AbortController();
  /** What the last step has kept, if it failed. */
  #keptAtFailure: KeptAlready = {};
  #opening: Promise<RunBrowser> | undefined;
  #opened: RunBrowser | undefined;
  #inFlight: { index: number; ended: Promise<StepDone | undefined> } | undefined;
  /** Settles with the call of the last step that began; undefined: none has. */
  #lastCall: Promise<unknown> | undefined;
  #closing = false;
  #closed = false;
  #noVideoAtKill: Notice | undefined;

  constructor(flow: HeldFlow) {
    this.#flow = flow;
    this.said = createSaying(flow.now);
  }

  async open(): Promise<void> {
    await this.#openAs(this.#flow.openBrowser(this.#abandon.signal));
  }

  async perform(index: number, signal: AbortSignal): Promise<StepDone> {
    const leftOut = this.#flow.login?.leftOut(index);
    if (leftOut) return this.#leaveOut(leftOut);
    const abort = this.#abort.signal;
    const stop = this.#flow.isAtomic(index) ? abort : AbortSignal.any([signal, abort]);
    this.#outcomes.flow.delete(index);
    const before = this.#lastCall ?? Promise.resolve();
    const ending = this.#run('flow', index, async (browser) => {
      // One that a pause has interrupted may still be on its way back.
      await raceSignal(before, stop);
      return browser.perform(index, stop);
    });
    this.#inFlight = { index, ended: ending.catch(() => undefined) };
    this.#lastCall = this.#inFlight.ended;
    return ending;
  }

  cleanUp(index: number, signal: AbortSignal): Promise<StepDone> {
    return this.#run('onCancel', index, (browser) => browser.cleanUp(index, signal));
  }

  async finished(done: number): Promise<StepDone | undefined> {
    await this.#opening?.catch(() => undefined); // its failure is the machine's to handle
    const result = await this.#inFlight?.ended;
    // A step that asks is not over with its call.
    return this.#inFlight?.index === done && !result?.asks ? result : undefined;
  }

  interrupted(done: number): Promise<StepDone | undefined> {
    this.#abort.abort();
    return this.finished(done);
  }

  forget(): void {
    this.#inFlight = undefined;
  }

  skipEvidence(): void {
    this.#opened?.skipEvidence();
  }

  async close({
    lookMs,
    isShort,
    ...options
  }: Closing): Promise<{ videoPath?: string; browserPid?: number }> {
    this.#closing = true;
    if (!lookMs) this.#hurry.abort();
    const browser = await this.#opening?.catch(() => undefined);
    const time = lookMs !== undefined && { ms: lookMs, isShort };
    if (time) await browser?.lastLook.look(time, this.#keptAtFailure, this.#hurry.signal);
    const hurry = lookMs !== undefined && AbortSignal.any([this.#hurry.signal, AbortSignal.timeout(lookMs)]);
    const result = (await browser?.close({ ...options, ...(hurry && { hurry }) })) ?? {};
    this.#closed = true;
    await this.said.end(false);
    return { ...result, ...(browser?.browserPid !== undefined && { browserPid: browser.browserPid }) };
  }

  over(hasPassed: boolean): void {
    this.#opened?.over(hasPassed);
  }

  abandon(): void {
    this.#abandon.abort(new OpeningAbandoned());
  }

  async kill(): Promise<{ pid?: number; spared?: true }> {
    this.abandon();
    // A video that ends after this is in no event.
    this.#noVideoAtKill ??= this.#opened?.noVideo;
    const { pid, spared } = await this.#killOpened();
    this.#closed = true;
    return { ...(pid !== undefined && { pid }), ...(spared && { spared }) };
  }

  outcome(index: number, phase: StepPhase): ReturnType<BrowserHold['outcome']> {
    const outcome = this.#outcomes[phase].get(index);
    return outcome && { ...outcome, phase };
  }

  async look(phase: StepPhase, index: number): Promise<PageLook | undefined> {
    return this.#opened?.look(phase, index);
  }

  async capture(limits: CaptureLimits): Promise<CapturedPage | undefined> {
    const captured = await this.#opened?.capture(limits);
    return this.#closing || this.#abort.signal.aborted ? undefined : captured;
  }

  get found(): FoundResult[] {
    return this.#opened?.found() ?? [];
  }

  get notReopened(): readonly NotCarried[] {
    return this.#opened?.notReopened ?? [];
  }

  get notices(): Notice[] {
    return this.#opened?.notices ?? [];
  }

  get results(): Record<string, unknown> | undefined {
    return this.#opened?.results;
  }

  get noVideo(): Notice | undefined {
    return this.#noVideoAtKill ?? this.#opened?.noVideo;
  }

  get lastLook(): LastLook | undefined {
    return this.#opened?.lastLook.found;
  }

  get gone(): AbortSignal | undefined {
    return this.#opened?.gone;
  }

  get closed(): boolean {
    return this.#closed || this.#opening === undefined;
  }

  #leaveOut(outcome: PerformedStep): StepDone {
    this.#outcomes.flow.set(outcome.index, outcome);
    return { at: this.#flow.now(), ok: true };
  }

  async #openAs(begun: Promise<RunBrowser>): Promise<RunBrowser> {
    this.#opening = begun;
    this.#opened = undefined;
    this.#noVideoAtKill = undefined;
    const opened = await begun;
    this.#opened = opened;
    const stop = AbortSignal.any([this.#abandon.signal, this.#abort.signal]);
    await opened.enter(stop);
    await this.#flow.login?.entered(opened, stop);
    return opened;
  }

  async #killOpened(): Promise<{ pid?: number | undefined; spared?: true }> {
    try {
      const browser = this.#opened ?? (await this.#opening);
      return (await browser?.kill()) ?? { spared: true };
    } catch (error) {
      const pid = error instanceof OpeningAbandoned ? error.killedPid : undefined;
      return pid === undefined ? { spared: true } : { pid };
    }
  }

  /** A run that has not begun survives a browser that crashed or was killed because of another run. */
  async #browserFor(isFirst: boolean): Promise<RunBrowser | undefined> {
    const browser = await this.#opening;
    if (!isFirst || !browser?.lost || this.#closing || this.#abandon.signal.aborted) return browser;
    const closed = browser.close({ keepVideo: false, reason: 'its browser is gone', isUnused: true });
    return this.#openAs(closed.then(() => this.#flow.openBrowser(this.#abandon.signal)));
  }

  async #run(
    phase: StepPhase,
    index: number,
    act: (browser: RunBrowser) => Promise<PerformedStep>,
  ): Promise<StepDone> {
    const browser = await this.#browserFor(phase === 'flow' && !this.#lastCall);
    if (!browser) throw new Error('there is no browser to act on');
    this.said.begin(phase, index, browser.said);
    const outcome = await act(browser).catch(async (error: unknown) => {
      await this.said.end(true);
      throw error;
    });
    this.#outcomes[phase].set(index, outcome);
    const { ok, error, screenshotPath, a11y } = outcome;
    await this.said.end(!ok);
    this.#keptAtFailure = ok
      ? {}
      : { ...(screenshotPath !== undefined && { screenshotPath }), ...(a11y !== undefined && { a11y }) };
    const { title } = browser;
    return {
      at: this.#flow.now(),
      ok,
      ...(error !== undefined && { error }),
      ...(outcome.asks && { asks: true }),
      ...(!ok && phase === 'flow' && this.#flow.isOptional(index) && { optional: true }),
      ...(title !== undefined && { title }),
    };
  }
}
