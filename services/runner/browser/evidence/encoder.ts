import { spawn } from 'node:child_process';
import { settlesWithin } from '#shared/platform/async/settles-within.ts';
import { type BrowserUser, commandAs } from '../chromium/browser-user.ts';
import { childEnvironment } from '../chromium/child-environment.ts';
import { lower } from '../chromium/priority.ts';

/** How long the encoder may take to finish its file. */
const FINISH_PATIENCE_MS = 10_000;
const DEATH_PATIENCE_MS = 200;

export interface EncoderOptions {
  ffmpegPath: string;
  /** A user of its own, if the runner may switch users; the file has to be its. */
  user?: BrowserUser | undefined;
  /** The encoder gets only harmless variables of it. */
  environment: Readonly<Record<string, string | undefined>>;
  width: number;
  height: number;
}

/** The process that makes a WebM file of pictures. */
export interface Encoder {
  /** If it cannot keep up, frames are dropped; nothing is queued. */
  write(frame: Buffer): void;
  /** Resolves to whether the file is complete; an encoder that takes too long is killed. */
  finish(): Promise<boolean>;
  kill(): Promise<void>;
}

export function startEncoder(file: string, options: EncoderOptions): Encoder {
  const [program = '', ...args] = [
    ...(options.user ? commandAs(options.user) : []),
    ...[options.ffmpegPath, ...encoderArguments(file, options)],
  ];
  const encoder = spawn(program, args, {
    env: childEnvironment(options.environment),
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  lower(encoder.pid);
  const exited = new Promise<number | null>((resolve) => {
    encoder.once('error', () => resolve(null));
    encoder.once('exit', (code) => resolve(code));
  });
  // The exit code shows that the encoder died; its broken pipe adds nothing.
  encoder.stdin.on('error', () => undefined);
  const kill = async () => {
    encoder.kill('SIGKILL');
    await settlesWithin(exited, DEATH_PATIENCE_MS);
  };
  return {
    write(frame) {
      if (encoder.stdin.writable && !encoder.stdin.writableNeedDrain) encoder.stdin.write(frame);
    },
    async finish() {
      encoder.stdin.end();
      if (await settlesWithin(exited, FINISH_PATIENCE_MS)) return (await exited) === 0;
      await kill();
      return false;
    },
    kill,
  };
}

/**
 * A picture is encoded once, however long it was shown, and when it comes: a page that stands still leaves nothing to do for
 * the end. The format of the pictures is given, or ffmpeg would wait for twenty of them to detect it.
 */
const encoderArguments = (file: string, { width, height }: EncoderOptions): string[] => [
  ...['-loglevel', 'quiet', '-y', '-use_wallclock_as_timestamps', '1'],
  ...['-fpsprobesize', '0', '-probesize', '32', '-analyzeduration', '0'],
  ...['-f', 'image2pipe', '-framerate', '1000', '-c:v', 'mjpeg', '-i', 'pipe:0'],
  ...['-an', '-fps_mode', 'vfr', '-vf', `scale=${width}:${height}`, '-pix_fmt', 'yuv420p'],
  ...['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-b:v', '1M', '-threads', '1'],
  ...['-f', 'webm', file],
];
