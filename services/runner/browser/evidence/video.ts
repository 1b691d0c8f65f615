import { chownSync, closeSync, openSync } from 'node:fs';
import { chown, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright';
import type { BrowserUser } from '../chromium/browser-user.ts';
import { type EncoderOptions, startEncoder } from './encoder.ts';

export interface VideoOptions extends Pick<EncoderOptions, 'ffmpegPath' | 'environment' | 'user'> {
  /** Recordings are here until it is known whether they are kept. */
  videos: string;
}

export interface VideoRecorder {
  /**
   * Ends the recording and passes its file to `keep`. Resolves with the result of `keep`, or undefined if there is no file
   * or it could not be stored; an encoder that takes too long is killed. Never rejects.
   */
  finish(keep: (file: string) => Promise<string>): Promise<string | undefined>;
  /** Ends the recording, or its finishing, without a file. Never rejects. */
  drop(): Promise<void>;
}

const SIZE = { width: 800, height: 450 };
const FPS = 10;

/**
 * Records the page as WebM. Owns its encoder process: any available ffmpeg, as Playwright's own recorder accepts only the
 * build that it downloads. Callers need not await the start: later calls on the page come after it.
 */
export function recordVideo(
  page: Page,
  name: string,
  options: VideoOptions,
  onFailed: (error: unknown) => void,
): VideoRecorder {
  const draft = join(options.videos, `${name}.webm`);
  if (options.user) makeFor(options.user, draft);
  const encoder = startEncoder(draft, { ...options, ...SIZE });
  let last: Buffer | undefined;
  let isOver = false;
  const onFrame = ({ data }: { data: Buffer }) => {
    if (isOver) return;
    last = data;
    encoder.write(data);
  };
  const drop = async () => {
    isOver = true;
    await encoder.kill();
    await rm(draft, { force: true }).catch(() => undefined);
  };
  page.screencast.start({ size: SIZE, quality: 70, fps: FPS, onFrame }).catch((error: unknown) => {
    if (isOver) return; // the page was closed meanwhile
    onFailed(error);
    void drop();
  });
  return {
    async finish(keep) {
      try {
        if (isOver || last === undefined) return undefined;
        isOver = true;
        encoder.write(last); // it was shown until now
        if (!(await encoder.finish())) return undefined;
        if (options.user) await chown(draft, process.getuid?.() ?? 0, process.getgid?.() ?? 0);
        return await keep(draft);
      } catch {
        return undefined;
      } finally {
        await drop();
      }
    },
    drop,
  };
}

/** An encoder with a user of its own may write its file, and nothing beside it. */
function makeFor({ uid, gid }: BrowserUser, file: string): void {
  closeSync(openSync(file, 'wx', 0o600));
  chownSync(file, uid, gid);
}
