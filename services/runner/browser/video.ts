import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import type { Page } from 'playwright';
import { settlesWithin } from '#shared/process/settles-within.ts';
import { childEnvironment } from './child-environment.ts';

export interface VideoOptions {
  ffmpegPath: string;
  /** Recordings are here until it is known whether they are kept. */
  tempDir: string;
  /** The encoder gets only harmless variables of it. */
  environment: Readonly<Record<string, string | undefined>>;
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
/** How long the encoder may take to finish its file; the caller's time to close a run is not much longer (I5). */
const FINISH_PATIENCE_MS = 1_000;
const DEATH_PATIENCE_MS = 200;

/**
 * Records the page as WebM. Owns its encoder process. Frames come from the browser and are encoded by any available
 * ffmpeg, since Playwright's own recorder accepts only the build that Playwright downloads. If the encoder cannot
 * keep up, frames are dropped; nothing is queued.
 */
export async function recordVideo(page: Page, name: string, options: VideoOptions): Promise<VideoRecorder> {
  const draft = join(options.tempDir, `${name}.webm`);
  const encoder = spawn(options.ffmpegPath, encoderArguments(draft), {
    env: childEnvironment(options.environment),
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const exited = new Promise<number | null>((resolve) => {
    encoder.once('error', () => resolve(null));
    encoder.once('exit', (code) => resolve(code));
  });
  // The exit code shows that the encoder died; its broken pipe adds nothing.
  encoder.stdin.on('error', () => undefined);
  let last: Buffer | undefined;
  const write = (frame: Buffer) => {
    last = frame;
    if (encoder.stdin.writable && !encoder.stdin.writableNeedDrain) encoder.stdin.write(frame);
  };
  const stop = () => end(encoder, exited);
  try {
    await page.screencast.start({ size: SIZE, quality: 70, fps: FPS, onFrame: ({ data }) => write(data) });
  } catch (error) {
    await stop();
    await rm(draft, { force: true });
    throw error;
  }
  return {
    async finish(keep) {
      try {
        if (keep === undefined || last === undefined) {
          await stop();
          return undefined;
        }
        // The last frame was shown until now.
        write(last);
        encoder.stdin.end();
        if (!(await settlesWithin(exited, FINISH_PATIENCE_MS))) {
          await stop();
          return undefined;
        }
        if ((await exited) !== 0) return undefined;
        return await keep(draft);
      } catch {
        return undefined;
      } finally {
        await rm(draft, { force: true }).catch(() => undefined);
      }
    },
  };
}

async function end(
  encoder: ChildProcessByStdio<Writable, null, null>,
  exited: Promise<unknown>,
): Promise<void> {
  encoder.kill('SIGKILL');
  await settlesWithin(exited, DEATH_PATIENCE_MS);
}

const encoderArguments = (file: string): string[] => [
  ...['-loglevel', 'quiet', '-y', '-use_wallclock_as_timestamps', '1'],
  ...['-f', 'image2pipe', '-c:v', 'mjpeg', '-i', 'pipe:0'],
  ...['-an', '-r', String(FPS), '-vf', `scale=${SIZE.width}:${SIZE.height}`, '-pix_fmt', 'yuv420p'],
  ...['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-b:v', '1M', '-threads', '1'],
  ...['-f', 'webm', file],
];
