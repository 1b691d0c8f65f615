import type { ChildProcess } from 'node:child_process';
import { settlesWithin } from '#shared/platform/async/settles-within.ts';
import { readLines } from '#shared/platform/files/lines.ts';

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** Signals to try in order, each with the time in ms the process gets to leave. SIGKILL follows by itself. */
export type StopLadder = readonly (readonly [signal: NodeJS.Signals, ms: number])[];

/**
 * Reports a child's output line by line, and why it could not be started. Resolves once it is gone: with `close` all
 * output has been read, which its own children may delay; with `exit` not. Never rejects.
 */
export function followChild(
  child: ChildProcess,
  onLine: (line: string) => void,
  end: 'close' | 'exit' = 'close',
): Promise<Exit> {
  for (const stream of [child.stdout, child.stderr]) if (stream) readLines(stream, onLine);
  return new Promise((resolve) => {
    child.on('error', (error) => {
      onLine(error.message);
      if (child.pid === undefined) resolve({ code: null, signal: null });
    });
    child.on(end, (code, signal) => resolve({ code, signal }));
  });
}

export async function endChild(
  child: ChildProcess,
  exited: Promise<Exit>,
  ladder: StopLadder,
): Promise<Exit> {
  for (const [signal, ms] of ladder) {
    child.kill(signal);
    if (await settlesWithin(exited, ms)) return exited;
  }
  child.kill('SIGKILL');
  return exited;
}
