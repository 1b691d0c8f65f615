import type { BrowserContext } from 'playwright';
import type { RunFields } from '#shared/process/run-fields.ts';
import type { BrowserLog } from './browser-log.ts';
import { oneLine } from './failure.ts';
import type { VideoRecorder } from './video.ts';

export interface ContextEndOptions {
  context: BrowserContext;
  recorder: VideoRecorder | undefined;
  /** Resolves with the path of the run's video. */
  keepVideo(file: string): Promise<string>;
  /** The context is closed, and its video is kept or dropped. */
  onEnded(): void;
  log: BrowserLog;
  /** What it says of the run. */
  told: RunFields;
}

/** Owns the end of a run's context and of its video (I8). */
export class ContextEnd {
  readonly #options: ContextEndOptions;
  #ending: Promise<{ videoPath?: string }> | undefined;
  #closing: Promise<void> | undefined;
  /** The context is closed; its video may still be written. */
  closed = false;

  constructor(options: ContextEndOptions) {
    this.#options = options;
  }

  /** Whether `end` was called. */
  get begun(): boolean {
    return this.#ending !== undefined;
  }

  /** Only the first call counts. Never rejects. */
  end(keepVideo: boolean, reason: string): Promise<{ videoPath?: string }> {
    this.#ending ??= this.#endAll(keepVideo, reason);
    return this.#ending;
  }

  /** Only once: in Playwright a second close resolves before the context is closed. */
  close(reason: string): Promise<void> {
    const { context, log, told } = this.#options;
    this.#closing ??= context
      .close({ reason })
      .catch((error: unknown) => {
        log.warn({ ...told, reason: oneLine(error) }, 'a context could not be closed cleanly');
      })
      .finally(() => {
        this.closed = true;
      });
    return this.#closing;
  }

  async #endAll(keepVideo: boolean, reason: string): Promise<{ videoPath?: string }> {
    const { recorder, log, told } = this.#options;
    const [videoPath] = await Promise.all([
      recorder?.finish(keepVideo ? this.#options.keepVideo : undefined),
      this.close(reason),
    ]);
    this.#options.onEnded();
    if (keepVideo && recorder && !videoPath) log.warn(told, 'the video could not be finished');
    return videoPath ? { videoPath } : {};
  }
}
