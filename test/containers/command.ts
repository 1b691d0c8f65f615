import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { settlesWithin } from '#shared/platform/async/settles-within.ts';

export interface CommandOptions {
  env?: Record<string, string> | undefined;
  cwd?: string;
  /** Ends the command. */
  signal?: AbortSignal | undefined;
  timeoutMs?: number;
}

/** Long enough for an image to be built, or many packages to come. */
const LONGEST_MS = 15 * 60_000;
const PATIENCE_MS = 8_000;

/** Resolves to what the command wrote to stdout. @throws with the end of its output, if it fails or is ended */
export async function command(
  name: string,
  args: readonly string[],
  { env, cwd, signal, timeoutMs = LONGEST_MS }: CommandOptions = {},
): Promise<string> {
  const child = spawn(name, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // Ctrl-C of a terminal is for this program alone, which then ends the others in their order.
    detached: true,
  });
  const closed = once(child, 'close') as Promise<[number | null]>;
  const limit = AbortSignal.any([...(signal ? [signal] : []), AbortSignal.timeout(timeoutMs)]);
  const end = () => void endGroup(child, closed);
  limit.addEventListener('abort', end, { once: true });
  if (limit.aborted) end();
  try {
    const [out, problems, [code]] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
    limit.throwIfAborted();
    if (code === 0) return out;
    const tail = `${out}\n${problems}`.trim().split('\n').slice(-30).join('\n');
    throw new Error(`${name} ${args.join(' ')} ended with ${code}:\n${tail}`);
  } finally {
    limit.removeEventListener('abort', end);
  }
}

/** An engine that is asked to end first ends the container of its build. */
async function endGroup({ pid }: ChildProcess, closed: Promise<unknown>): Promise<void> {
  const send = (signal: NodeJS.Signals) => {
    try {
      if (pid !== undefined) process.kill(-pid, signal);
    } catch {
      // It has ended by itself.
    }
  };
  send('SIGTERM');
  if (!(await settlesWithin(closed, PATIENCE_MS))) send('SIGKILL');
}
