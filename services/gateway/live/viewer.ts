/*
 * One viewer of a run. Owns its socket and its credits: one that takes no pictures is sent none, and what waits for it is the
 * latest one alone, which all share (I13).
 */
import type { RawData, WebSocket } from 'ws';
import type { LiveAsk, LiveScene } from '#shared/adapters/bus/live/wish.ts';
import { LIVE_ENDS, type LiveEnd } from '#shared/api/contract/live/ends.ts';
import { FIRST_CREDITS, fromViewer, type ToViewer } from '#shared/api/contract/live/messages.ts';
import { isFinal, type Status } from '#shared/domain/run/status.ts';
import type { RunViews, SeenRun, Seer } from './run-views.ts';

/** So much before it is due a picture is sent: the next one comes no sooner for waiting. */
const EARLY_MS = 30;
/** More are of no use to one that takes them one after the other. */
const MOST_CREDITS = 4;
/** A viewer says no more than this in a second: a credit for each picture, and what it chooses. */
const MOST_SAID = 200;

export class LiveViewer implements Seer {
  ask: LiveAsk;
  readonly #socket: WebSocket;
  readonly #runId: string;
  readonly #view: SeenRun;
  #credits = FIRST_CREDITS;
  #seq = 0;
  #sentAt = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #hasBegun = false;
  #said = { since: 0, count: 0 };

  constructor(socket: WebSocket, runId: string, views: RunViews, ask: LiveAsk) {
    this.#socket = socket;
    this.#runId = runId;
    this.ask = ask;
    socket.on('message', (data, isBinary) => this.#hear(data, isBinary));
    socket.on('error', () => socket.terminate());
    socket.once('close', () => {
      clearTimeout(this.#timer);
      this.#view.leave();
    });
    this.#view = views.join(runId, this);
    if (this.#view.scene) this.scene(this.#view.scene);
    this.offer();
  }

  offer(): void {
    const picture = this.#view?.latest(this.ask);
    if (!this.#hasBegun || !picture || picture.seq <= this.#seq || this.#credits === 0) return;
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    const inMs = this.#sentAt + this.ask.everyMs - performance.now();
    clearTimeout(this.#timer);
    if (inMs > EARLY_MS) {
      this.#timer = setTimeout(() => this.offer(), inMs);
      return;
    }
    this.#credits -= 1;
    this.#seq = picture.seq;
    this.#sentAt = performance.now();
    this.#socket.send(picture.bytes, { binary: true });
    this.#view.took(picture.seq);
  }

  scene({ over: _, ...scene }: LiveScene): void {
    this.#say({ t: 'state', ...scene });
    this.offer();
  }

  goesOn(status: Status): void {
    if (this.#hasBegun || isFinal(status)) return;
    this.#hasBegun = true;
    this.#say({ t: 'hello', run: this.#runId, status });
    const { scene } = this.#view;
    if (scene) this.scene(scene);
  }

  end(why: LiveEnd, status?: Status): void {
    this.#hasBegun = true;
    this.#say({ t: 'end', why, ...(status && { status }) });
    this.#socket.close(LIVE_ENDS[why], why);
  }

  /** Before its hello nothing is said. */
  #say(message: ToViewer): void {
    if (this.#hasBegun && this.#socket.readyState === this.#socket.OPEN)
      this.#socket.send(JSON.stringify(message));
  }

  #hear(data: RawData, isBinary: boolean): void {
    const now = performance.now();
    if (now - this.#said.since > 1_000) this.#said = { since: now, count: 0 };
    this.#said.count += 1;
    if (this.#said.count > MOST_SAID) {
      this.#socket.close(1_008, 'too much');
      return;
    }
    const { data: message } = fromViewer.safeParse(isBinary ? undefined : parsed(data));
    if (message?.t === 'credit') this.#credits = Math.min(MOST_CREDITS, this.#credits + 1);
    if (message?.t === 'see') {
      const { page = this.ask.page, everyMs = this.ask.everyMs, size = this.ask.size } = message;
      this.ask = { page, everyMs, size };
      this.#view.asksAnew();
    }
    this.offer();
  }
}

function parsed(data: RawData): unknown {
  try {
    return JSON.parse(String(data));
  } catch {
    return undefined;
  }
}
