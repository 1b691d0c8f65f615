/*
 * One run as it is watched live. Owns its captures, which are there only while a gateway asks for them, and what is said of
 * them. Nothing waits for it: a page that gives no picture holds up neither a step nor a close (I4).
 */
import type { FrameOutlet, Frames } from '#shared/adapters/bus/live/frames.ts';
import { firstSeq, writePicture } from '#shared/adapters/bus/live/picture.ts';
import { FRAME_SIZES, type LiveScene, WISH_MS, type Wish } from '#shared/adapters/bus/live/wish.ts';
import type { StepPhase } from '#shared/domain/run/status.ts';
import type { LiveShow, ShownRun } from '../browser/live-show.ts';
import type { ByteBudget } from './byte-budget.ts';
import type { Capture, Shot } from './capture.ts';
import { GuardedShots } from './guarded-shots.ts';
import { type AskedPicture, Interest, keyOf } from './interest.ts';
import { type ElementBox, Outline } from './outline.ts';
import { Screencast } from './screencast.ts';
import { SecretGuard } from './secret-guard.ts';
import { SeenPages } from './seen-pages.ts';

interface Running extends Capture {
  readonly stopped: boolean;
}

export class LiveRun implements LiveShow {
  readonly #run: ShownRun;
  readonly #budget: ByteBudget;
  readonly #outlet: FrameOutlet;
  readonly #pages: SeenPages;
  readonly #guard: SecretGuard | undefined;
  readonly #interest = new Interest();
  readonly #outline = new Outline();
  readonly #captures = new Map<string, Running>();
  readonly #last = new Map<string, Uint8Array>();
  #seq: number;
  #on = 0;
  #view = { width: 0, height: 0 };
  #step: LiveScene['step'];
  #isCovered = false;
  #said = '';
  #isOver = false;
  #expiring: ReturnType<typeof setInterval> | undefined;

  constructor(frames: Pick<Frames, 'serve'>, budget: ByteBudget, run: ShownRun) {
    const { runId, epoch, context, page, known } = run;
    this.#run = run;
    this.#budget = budget;
    this.#guard = known && new SecretGuard(known);
    this.#seq = firstSeq(epoch);
    this.#pages = new SeenPages(context, page, () => this.#changed());
    this.#outlet = frames.serve(runId, (wish) => this.#hear(wish));
  }

  begins(phase: StepPhase, index: number): void {
    const { steps, onCancel = [] } = this.#run.flow;
    const step = (phase === 'flow' ? steps : onCancel)[index];
    const { popups, page } = this.#run;
    this.#on = this.#pages.numberOf((step?.page === 'popup' && popups.last) || page);
    if (step?.action === 'fill' && this.#guard) {
      this.#guard.begins();
      this.#cover();
    }
    this.#step = { index, phase };
    this.#outline.of(step && 'selector' in step ? step.selector : undefined);
    this.#changed();
  }

  ends(phase: StepPhase, index: number): void {
    const { steps, onCancel = [] } = this.#run.flow;
    if ((phase === 'flow' ? steps : onCancel)[index]?.action === 'fill') this.#guard?.ends();
    this.#step = undefined;
    this.#outline.of(undefined);
    this.#tell();
  }

  stop(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#tell();
    this.#outlet.stop();
    this.#pages.close();
    this.#stopCaptures();
  }

  #hear(wish: Wish): void {
    if (this.#isOver) return;
    const isMore = this.#interest.heard(wish, performance.now());
    this.#changed();
    // A wish may come before its gateway listens to the pictures: until it has taken one, each wish is answered.
    if (!isMore && (wish.taken > 0 || wish.asks.length === 0)) return;
    this.#outlet.scene(this.#scene());
    for (const asked of this.#interest.asked(this.#on)) {
      const last = this.#last.get(keyOf(asked));
      if (last && !this.#isCovered) this.#outlet.picture(asked.size, last);
    }
  }

  /** Captures what is asked for now, and says what is another. */
  #changed(): void {
    if (this.#isOver) return;
    const asked = this.#interest.asked(this.#on).filter(({ page }) => this.#pages.at(page));
    const keys = new Set(asked.map(keyOf));
    for (const [key, capture] of this.#captures)
      if (!keys.has(key) || capture.stopped) {
        capture.stop();
        this.#captures.delete(key);
        this.#last.delete(key);
      }
    for (const one of asked) {
      const capture = this.#captures.get(keyOf(one));
      if (capture) capture.poke();
      else this.#captures.set(keyOf(one), this.#capture(one));
    }
    if (asked.length === 0) this.#stopCaptures();
    else this.#expiring ??= setInterval(() => this.#expire(), WISH_MS.every);
    this.#tell();
  }

  #expire(): void {
    this.#interest.expire(performance.now());
    this.#findElement();
    this.#changed();
  }

  #stopCaptures(): void {
    clearInterval(this.#expiring);
    this.#expiring = undefined;
    for (const capture of this.#captures.values()) capture.stop();
    this.#captures.clear();
    this.#last.clear();
  }

  #capture(asked: AskedPicture): Running {
    const key = keyOf(asked);
    const options = {
      page: this.#pages.at(asked.page)!,
      longest: FRAME_SIZES[asked.size],
      everyMs: () =>
        this.#interest.asked(this.#on).find((one) => keyOf(one) === key)?.everyMs ?? asked.everyMs,
      hasRoom: () => this.#interest.hasRoom(asked, this.#on),
      show: (shot: Shot, isNew: boolean) => this.#show(asked, shot, isNew),
      budget: this.#budget,
    };
    return this.#guard
      ? new GuardedShots({ ...options, guard: this.#guard, cover: () => this.#cover() })
      : new Screencast(options);
  }

  #show(asked: AskedPicture, { jpeg, width, height, at }: Shot, isNew: boolean): void {
    if (this.#isOver) return;
    if (isNew || this.#isCovered) {
      this.#seq += 1;
      const picture = writePicture({ seq: this.#seq, page: asked.page, width, height, at }, jpeg);
      this.#last.set(keyOf(asked), picture);
      this.#interest.sent(asked, this.#seq);
      this.#isCovered = false;
      this.#tell();
      this.#outlet.picture(asked.size, picture);
    }
    if (asked.page === this.#on) this.#view = { width, height };
    this.#findElement();
  }

  #cover(): void {
    this.#isCovered = true;
    this.#last.clear();
    this.#tell();
  }

  /** A run that hides what is typed is not looked at more than it has to be. */
  #findElement(): void {
    const page = this.#pages.at(this.#on);
    if (!page || this.#guard || this.#captures.size === 0) return;
    this.#outline.look(page, (box) => {
      if (!this.#step || this.#isOver) return;
      const { box: _, ...step } = this.#step;
      this.#step = { ...step, ...(box && { box: this.#inView(box) }) };
      this.#tell();
    });
  }

  #inView({ x, y, width, height }: ElementBox): [number, number, number, number] {
    const { width: w, height: h } = this.#view;
    const part = (length: number, whole: number) => (whole > 0 ? Number((length / whole).toFixed(4)) : 0);
    return [part(x, w), part(y, h), part(width, w), part(height, h)];
  }

  #scene(): LiveScene {
    return {
      pages: this.#pages.numbers,
      on: this.#on,
      ...(this.#step && { step: this.#step }),
      ...(this.#isCovered && { covered: 'secret' as const }),
      ...(this.#isOver && { over: true as const }),
    };
  }

  /** Says what there is to see, to those that see it, if it is another. */
  #tell(): void {
    if (this.#captures.size === 0) return;
    const scene = this.#scene();
    const text = JSON.stringify(scene);
    if (text === this.#said) return;
    this.#said = text;
    this.#outlet.scene(scene);
  }
}
