/*
 * One server of another project (PostgreSQL, NATS) as a child process.
 * Owns: the process, in a group of its own that a terminal's Ctrl-C does not reach.
 * Does not own: restarts (services/cli/up), an earlier parent's process (leftover.ts).
 */
import { spawn } from 'node:child_process';
import { LocalError } from '#shared/adapters/binaries/errors.ts';
import { type Exit, endChild, followChild, type StopLadder } from './child.ts';
import { rememberLines } from './last-lines.ts';

export interface ServerProcess {
  readonly pid: number;
  /** Resolves once the process is gone and its output has been read. Never rejects. */
  readonly exited: Promise<Exit>;
  /** Signals it and waits; `ladder` replaces the usual signals and times. May be called again with a harder one. */
  stop(ladder?: StopLadder): Promise<Exit>;
}

export interface ServerCommand {
  command: string;
  args: readonly string[];
  uid?: number;
  gid?: number;
}

export type StartServerProcess = ServerCommand & {
  name: string;
  env: Record<string, string>;
  log: (line: string) => void;
  isReady: (line: string) => boolean;
  readyWithinMs: number;
  stopLadder: StopLadder;
};

const REMEMBERED_LINES = 12;

/** Starts a server and resolves once it says it is ready. @throws LocalError with its last lines of output */
export const startServerProcess = async (options: StartServerProcess): Promise<ServerProcess> => {
  const { name, command, args, env, log, isReady, readyWithinMs, stopLadder } = options;
  const child = spawn(command, args, {
    cwd: '/',
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(options.uid === undefined ? {} : { uid: options.uid }),
    ...(options.gid === undefined ? {} : { gid: options.gid }),
  });

  const ready = Promise.withResolvers<'ready'>();
  const last = rememberLines(REMEMBERED_LINES);
  const onLine = (line: string) => {
    log(line);
    last.add(line);
    if (isReady(line)) ready.resolve('ready');
  };
  const exited = followChild(child, onLine);

  const timeout = Promise.withResolvers<'timeout'>();
  const timer = setTimeout(() => timeout.resolve('timeout'), readyWithinMs);
  const first = await Promise.race([ready.promise, exited, timeout.promise]);
  clearTimeout(timer);
  if (first === 'ready' && child.pid !== undefined) {
    return { pid: child.pid, exited, stop: (ladder = stopLadder) => endChild(child, exited, ladder) };
  }

  if (first === 'timeout') {
    await endChild(child, exited, stopLadder);
    throw new LocalError('server_start_timeout', `${name} was not ready within ${readyWithinMs} ms`);
  }
  throw new LocalError(
    'server_start_failed',
    `${name} did not start: ${last.lines.join(' | ') || 'no output'}`,
  );
};
