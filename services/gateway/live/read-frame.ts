import { HEAD_BYTES } from '#shared/adapters/bus/live/picture.ts';
import type { LiveAsk } from '#shared/adapters/bus/live/wish.ts';
import { isFinal } from '#shared/domain/run/status.ts';
import { settlesWithin } from '#shared/platform/async/settles-within.ts';
import type { Handler } from '../http/call.ts';
import { tagsIn, weakTag } from '../http/entity-tag.ts';
import { RequestError } from '../http/errors.ts';
import { COVERED_JPEG } from './covered-picture.ts';
import { sizeFor } from './handler.ts';
import type { LivePicture, RunViews, SeenRun, Seer } from './run-views.ts';

/** The pace of pictures that are asked for one by one, ms. */
const EVERY_MS = 500;
/** How long the first one is waited for: its page may be opening. */
const FIRST_MS = 5_000;
/** So long after a request a run is still captured, for the next one. */
const KEPT_MS = 5_000;
const COVERED = 'covered';

interface Frame {
  tag: string;
  jpeg: Uint8Array;
}

/** Pictures of runs that are asked for one by one. Owns, for a while each, what is read so. */
export function createReadFrame(
  views: RunViews,
  resources: Pick<AsyncDisposableStack, 'defer'>,
): Handler<'readFrame'> {
  const readers = new Map<string, FrameReader>();
  resources.defer(() => {
    for (const reader of readers.values()) reader.leave();
  });
  const readerOf = (runId: string, ask: LiveAsk): FrameReader => {
    const key = `${runId} ${ask.size}`;
    const reader = readers.get(key) ?? new FrameReader(views, runId, ask, () => readers.delete(key));
    readers.set(key, reader);
    return reader;
  };
  return async ({ run: { id, status }, query: { max }, headers, ctx, leaveTurn }) => {
    // The last picture of a run that has just ended may still be at hand.
    if (isFinal(status)) throw new RequestError('no_picture');
    leaveTurn();
    const frame = await readerOf(id, { page: null, size: sizeFor(max), everyMs: EVERY_MS }).read();
    if (!frame) throw new RequestError('no_picture', { retryAfterS: 1 });
    ctx.set({ ETag: weakTag(frame.tag), 'Cache-Control': 'private, no-cache' });
    if (frame.tag === COVERED) ctx.set('Ghostly-Covered', 'secret');
    ctx.status = tagsIn(headers['if-none-match']).includes(frame.tag) ? 304 : 200;
    if (ctx.status === 304) return;
    ctx.set('Content-Type', 'image/jpeg');
    ctx.body = Buffer.from(frame.jpeg.buffer, frame.jpeg.byteOffset, frame.jpeg.byteLength);
  };
}

class FrameReader implements Seer {
  readonly ask: LiveAsk;
  readonly #view: SeenRun;
  readonly #onGone: () => void;
  #first = Promise.withResolvers<void>();
  #isOver = false;
  #shown: { picture: LivePicture; at: number } | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(views: RunViews, runId: string, ask: LiveAsk, onGone: () => void) {
    this.ask = ask;
    this.#onGone = onGone;
    this.#view = views.join(runId, this);
  }

  async read(): Promise<Frame | undefined> {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.leave(), FIRST_MS + KEPT_MS);
    if (!this.#now() && !this.#isOver) await settlesWithin(this.#first.promise, FIRST_MS);
    return this.#isOver ? undefined : this.#now();
  }

  offer(): void {
    const picture = this.#view?.latest(this.ask);
    if (!picture) return;
    this.#view.took(picture.seq);
    this.#first.resolve();
  }

  scene(): void {
    if (this.#view?.scene?.covered) this.#first.resolve();
  }

  goesOn(): void {
    // What it has to show comes by itself.
  }

  end(): void {
    this.#isOver = true;
    this.#first.resolve();
    this.leave();
  }

  leave(): void {
    clearTimeout(this.#timer);
    this.#onGone();
    this.#view.leave();
  }

  /** The same one for half a second, whatever else is captured for others. */
  #now(): Frame | undefined {
    if (this.#view.scene?.covered) {
      this.#shown = undefined;
      return { tag: COVERED, jpeg: COVERED_JPEG };
    }
    const latest = this.#view.latest(this.ask);
    const isRecent = this.#shown && performance.now() - this.#shown.at < EVERY_MS;
    if (latest && !isRecent) this.#shown = { picture: latest, at: performance.now() };
    const shown = this.#shown?.picture;
    return shown && { tag: String(shown.seq), jpeg: shown.bytes.subarray(HEAD_BYTES) };
  }
}
