import type { BrowserContext } from 'playwright';
import type { Notice } from '#shared/domain/events/describer.ts';
import type { RunFields } from '#shared/platform/log/run-fields.ts';
import type { BrowserLog } from '../chromium/browser-log.ts';
import { StorageFailure } from '../errors.ts';
import type { LateVideos } from '../evidence/late-videos.ts';
import type { VideoRecorder } from '../evidence/video.ts';
import { oneLine } from '../failure.ts';
import { VIDEO_NOT_KEPT, videoLost } from '../notices.ts';
import type { RunTrace } from '../playwright-trace/run-trace.ts';
import { raceSignal } from '../race.ts';

export interface ContextEndOptions {
  context: BrowserContext;
  recorder: VideoRecorder | undefined;
  /** The path of the run's video, and what keeps its file there. */
  video: { path: string; keep(file: string): Promise<string> };
  late: LateVideos;
  /** Playwright's trace; undefined if there is none. */
  trace: RunTrace | undefined;
  /** The context is closed. */
  onEnded(): void;
  log: BrowserLog;
  /** What it says of the run. */
  logFields: RunFields;
}

/** How a run ends. */
export interface ContextEnding {
  keepVideo: boolean;
  reason: string;
  /** All of its steps have passed, which is not stored yet. */
  hasPassed?: boolean;
  /** Nothing of the run was done on it. */
  isUnused?: boolean;
  /** Raised: the trace is not waited for any more. */
  hurry?: AbortSignal;
}

/** Owns the end of a run's context, of its video and of its trace (I8). */
export class ContextEnd {
  readonly #options: ContextEndOptions;
  #ending: Promise<{ videoPath?: string }> | undefined;
  #closing: Promise<void> | undefined;
  /** Its context is closed; its video may still be written. */
  closed = false;
  /** Why there is no video of what was recorded; undefined before its end, and if there is one or will be. */
  noVideo: Notice | undefined;
  #whyNotStored: string | undefined;

  constructor(options: ContextEndOptions) {
    this.#options = options;
  }

  /** Whether `end` was called. */
  get begun(): boolean {
    return this.#ending !== undefined;
  }

  /** Only the first call counts. Never rejects. */
  end(how: ContextEnding): Promise<{ videoPath?: string }> {
    this.#ending ??= this.#endAll(how);
    return this.#ending;
  }

  /** Only once: in Playwright a second close resolves before the context is closed. */
  close(reason: string): Promise<void> {
    const { context, log, logFields } = this.#options;
    this.#closing ??= context
      .close({ reason })
      .catch((error: unknown) => {
        log.warn({ ...logFields, reason: oneLine(error) }, 'a context could not be closed cleanly');
      })
      .finally(() => {
        this.closed = true;
      });
    return this.#closing;
  }

  async #endAll({
    keepVideo,
    reason,
    hasPassed,
    isUnused,
    hurry,
  }: ContextEnding): Promise<{ videoPath?: string }> {
    const { recorder, video, late, logFields, trace } = this.#options;
    const unlessLate = (work: Promise<void> | undefined) =>
      work && (hurry ? raceSignal(work, hurry).catch(() => undefined) : work);
    await unlessLate(trace?.stop({ hasPassed, isUnused }));
    const kept = keepVideo ? recorder?.finish((file) => this.#keep(file)) : undefined;
    if (!keepVideo) void recorder?.drop();
    if (recorder) this.noVideo = keepVideo ? videoLost('its page did not close in time') : VIDEO_NOT_KEPT;
    const closing = this.close(reason);
    trace?.finish({ hasPassed, isUnused });
    await closing;
    this.#options.onEnded();
    await unlessLate(trace?.kept());
    if (!recorder || !kept) return {};
    const giveUp = () => void recorder.drop();
    const found = await late.pathOf({ path: video.path, kept, giveUp }, logFields);
    this.noVideo = 'path' in found ? undefined : videoLost(this.#whyNotStored ?? found.whyNone);
    return 'path' in found ? { videoPath: found.path } : {};
  }

  #keep(file: string): Promise<string> {
    const { video, log, logFields } = this.#options;
    return video.keep(file).catch((error: unknown) => {
      this.#whyNotStored = new StorageFailure('it', error).message;
      log.warn({ ...logFields, reason: oneLine(error) }, 'the video could not be kept');
      throw error;
    });
  }
}
