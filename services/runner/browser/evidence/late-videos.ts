import { settlesWithin } from '#shared/platform/async/settles-within.ts';
import type { RunFields } from '#shared/platform/log/run-fields.ts';
import type { BrowserLog } from '../chromium/browser-log.ts';

/** A recording that comes to its end. */
export interface EndingVideo {
  /** Where it will be. */
  path: string;
  /** Resolves with its path when it is kept, or with undefined if it cannot be. Never rejects. */
  kept: Promise<string | undefined>;
  giveUp(): void;
}

/** How long an end waits for its video once the context is gone: an encoder that has a core is done by then. */
const WAIT_MS = 100;

/**
 * Owns the videos that are still written when the contexts of their runs are gone, so that a slow encoder delays no run's
 * end: the run says where its video will be. Does not own the encoders, which end in bounded time (`encoder.ts`).
 */
export class LateVideos {
  readonly #late = new Set<EndingVideo>();
  readonly #log: BrowserLog;
  readonly #most: number;

  /** `most`: so many may be late at a time, as each encoder has its memory. */
  constructor(log: BrowserLog, most: number) {
    this.#log = log;
    this.#most = most;
  }

  /** The path that the run may tell, or why there will be no video. Takes no longer than {@link WAIT_MS}. */
  async pathOf(video: EndingVideo, logFields: RunFields): Promise<{ path: string } | { whyNone: string }> {
    if (await settlesWithin(video.kept, WAIT_MS)) {
      const path = await video.kept;
      if (path !== undefined) return { path };
      this.#log.warn(logFields, 'the video could not be finished');
      return { whyNone: 'it could not be finished' };
    }
    if (this.#late.size >= this.#most) {
      video.giveUp();
      this.#log.warn(logFields, 'the video is given up: the encoder is slow, and others wait for it');
      return { whyNone: 'its encoder was slow, and others waited for it' };
    }
    this.#late.add(video);
    void this.#awaitLate(video, logFields);
    return { path: video.path };
  }

  /** Waits so long at most, then gives up what is still late. */
  async flush(ms: number): Promise<void> {
    await settlesWithin(Promise.all([...this.#late].map(({ kept }) => kept)), ms);
    for (const video of this.#late) video.giveUp();
  }

  async #awaitLate(video: EndingVideo, logFields: RunFields): Promise<void> {
    if ((await video.kept) === undefined)
      this.#log.warn(logFields, 'the video that the run tells of could not be finished');
    this.#late.delete(video);
  }
}
