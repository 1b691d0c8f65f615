/*
 * One server of another project (PostgreSQL, NATS) as a child process.
 * Owns: the process, from spawn to exit, in a process group of its own so that a terminal's Ctrl-C does not reach it.
 * Does not own: whether it is started again (services/cli/up), nor a process that an earlier parent left behind (leftover.ts).
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { LocalError } from '#shared/binaries/errors.ts';
import { readLines } from '#shared/process/lines.ts';

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** Signals to try in order, each with the time in ms the process gets to leave. SIGKILL follows by itself. */
export type StopLadder = readonly (readonly [signal: NodeJS.Signals, ms: number])[];

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

export const endChild = async (child: ChildProcess, exited: Promise<Exit>, ladder: StopLadder) => {
  for (const [signal, ms] of ladder) {
    child.kill(signal);
    const timer = Promise.withResolvers<'timeout'>();
    const timeout = setTimeout(() => timer.resolve('timeout'), ms);
    const first = await Promise.race([exited, timer.promise]);
    clearTimeout(timeout);
    if (first !== 'timeout') return first;
  }
  child.kill('SIGKILL');
  return exited;
};

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
  const exit = Promise.withResolvers<Exit>();
  const lastLines: string[] = [];
  const onLine = (line: string) => {
    log(line);
    lastLines.push(line);
    if (lastLines.length > REMEMBERED_LINES) lastLines.shift();
    if (isReady(line)) ready.resolve('ready');
  };
  readLines(child.stdout, onLine);
  readLines(child.stderr, onLine);

  child.on('error', (error) => {
    onLine(error.message);
    if (child.pid === undefined) exit.resolve({ code: null, signal: null });
  });
  child.on('close', (code, signal) => exit.resolve({ code, signal }));

  const timeout = Promise.withResolvers<'timeout'>();
  const timer = setTimeout(() => timeout.resolve('timeout'), readyWithinMs);
  const first = await Promise.race([ready.promise, exit.promise, timeout.promise]);
  clearTimeout(timer);
  if (first === 'ready' && child.pid !== undefined) {
    return {
      pid: child.pid,
      exited: exit.promise,
      stop: (ladder = stopLadder) => endChild(child, exit.promise, ladder),
    };
  }

  if (first === 'timeout') {
    await endChild(child, exit.promise, stopLadder);
    throw new LocalError('server_start_timeout', `${name} was not ready within ${readyWithinMs} ms`);
  }
  throw new LocalError(
    'server_start_failed',
    `${name} did not start: ${lastLines.join(' | ') || 'no output'}`,
  );
};
