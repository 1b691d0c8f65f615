import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { type EncoderOptions, startEncoder } from './encoder.ts';

export interface VideoOptions extends Pick<EncoderOptions, 'ffmpegPath' | 'environment'> {
  /** Recordings are here until it is known whether they are kept. */
  tempDir: string;
}

export interface VideoRecorder {
  /**
   * Ends the recording; passes its file to `keep`, or drops it. Resolves with the result of `keep`, or undefined if
   * there is no file or it could not be stored; an encoder that takes longer than about a second is killed. Never
   * rejects.
   */
  finish(keep: ((file: string) => Promise<string>) | undefined): Promise<string | undefined>;
}

const SIZE = { width: 800, height: 450 };
const FPS = 10;

/**
 * Records the page as WebM. Owns its encoder process. Frames come from the browser and are encoded by any available
 * ffmpeg, since Playwright's own recorder accepts only the build that Playwright downloads.
 */
export async function recordVideo(page: Page, name: string, options: VideoOptions): Promise<VideoRecorder> {
  const draft = join(options.tempDir, `${name}.webm`);
  const encoder = startEncoder(draft, { ...options, ...SIZE, fps: FPS });
  let last: Buffer | undefined;
  const write = (frame: Buffer) => {
    last = frame;
    encoder.write(frame);
  };
  try {
    await page.screencast.start({ size: SIZE, quality: 70, fps: FPS, onFrame: ({ data }) => write(data) });
  } catch (error) {
    await encoder.kill();
    await rm(draft, { force: true });
    throw error;
  }
  return {
    async finish(keep) {
      try {
        if (keep === undefined || last === undefined) {
          await encoder.kill();
          return undefined;
        }
        write(last); // it was shown until now
        return (await encoder.finish()) ? await keep(draft) : undefined;
      } catch {
        return undefined;
      } finally {
        await rm(draft, { force: true }).catch(() => undefined);
      }
    },
  };
}
