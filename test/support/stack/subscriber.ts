/*
 * The example subscriber as a real process. Owns the process from spawn to exit; ends it by its pid only.
 */
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { followChild } from '#shared/platform/process/child.ts';
import type { StreamData } from '../http/sse.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

export interface Subscriber {
  readonly pid: number;
  /** Everything that it wrote so far. */
  output(): string;
  /** Resolves when it has ended. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

export function startSubscriber(options: { url: string; apiKey: string; file: string }): Subscriber {
  const { url, apiKey, file } = options;
  const spawned = spawn(process.execPath, ['examples/subscriber/subscribe.ts', file], {
    cwd: ROOT,
    env: {
      PATH: process.env.PATH,
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
      GHOSTLY_URL: url,
      GHOSTLY_API_KEY: apiKey,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const child = followChild(spawned, { remembered: Number.POSITIVE_INFINITY });
  return {
    pid: spawned.pid!,
    output: () => child.lines.join('\n'),
    end: async (signal) => {
      spawned.kill(signal);
      return (await child.exited).code;
    },
  };
}

/** What it has written to its file, without a line that is half written. */
export async function entriesIn(file: string): Promise<StreamData[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as StreamData);
}
