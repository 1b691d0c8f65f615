import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { BrowserLog } from '../chromium/browser-log.ts';
import { commandAs } from '../chromium/browser-user.ts';
import { childEnvironment } from '../chromium/child-environment.ts';
import type { VideoOptions } from './video.ts';

const PATIENCE_MS = 5_000;

/**
 * What videos are made with, once ffmpeg was seen to start; undefined if there is none or it does not, which the log tells
 * once. A run that asks for a video learns so before it begins. Never rejects.
 */
export function createEncoderTrial(
  encoder: VideoOptions | undefined,
  log: Pick<BrowserLog, 'warn'>,
): () => Promise<VideoOptions | undefined> {
  let starting: Promise<boolean> | undefined;
  let hasWarned = false;
  return async () => {
    if (encoder) {
      starting ??= doesStart(encoder);
      if (await starting) return encoder;
      starting = undefined; // the next run asks again: it may be mended
    }
    if (!hasWarned)
      log.warn({}, `${encoder ? 'ffmpeg does not start' : 'no ffmpeg was found'}: runs go without video`);
    hasWarned = true;
    return undefined;
  };
}

async function doesStart({ ffmpegPath, environment, user }: VideoOptions): Promise<boolean> {
  const [program = '', ...args] = [...(user ? commandAs(user) : []), ffmpegPath, '-version'];
  const child = spawn(program, args, {
    env: childEnvironment(environment),
    stdio: 'ignore',
    timeout: PATIENCE_MS,
    killSignal: 'SIGKILL',
  });
  const [code] = await once(child, 'exit').catch(() => [null]);
  return code === 0;
}
