/*
 * A child process from its start to its end: its lines, its messages, its stop.
 * Does not own: how it is started, whether it is started again, what an earlier parent left behind.
 */
import type { ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { settlesWithin } from '#shared/platform/async/settles-within.ts';
import { readLines } from '#shared/platform/files/lines.ts';

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** Signals to try in order, each with the time in ms the process gets to leave. SIGKILL follows by itself. */
export type StopLadder = readonly (readonly [signal: NodeJS.Signals, ms: number])[];

export interface Child {
  readonly process: ChildProcess;
  /** Undefined if it could not be started. */
  readonly pid: number | undefined;
  /** The last lines of its output, or why it could not be started. */
  readonly lines: readonly string[];
  /** Resolves once it is gone, and its output is read or was held open for a second more. Never rejects. */
  readonly exited: Promise<Exit>;
  /** Resolves with the first such line, a remembered or a later one. @throws ChildEndedError */
  line(isIt: (line: string) => boolean): Promise<string>;
  /** Resolves with the first message from now on for which `read` gives something. @throws ChildEndedError */
  message<Message, T>(read: (message: Message) => T | undefined): Promise<T>;
  /** Signals it and waits. May be called again with a harder ladder. */
  stop(ladder?: StopLadder): Promise<Exit>;
}

export interface ChildOptions {
  /** Gets each line of its output, and why it could not be started. */
  onLine?: ((line: string, from: 'stdout' | 'stderr') => void) | undefined;
  /** It was started `detached`: what it leaves in its group is killed when it has exited. */
  leadsGroup?: boolean;
  /** How many lines are remembered; 40 if left out. */
  remembered?: number;
  /** Where lines are cut, in UTF-16 units. */
  longestLine?: number;
}

/** A child ended before what was awaited of it. */
export class ChildEndedError extends Error {
  override readonly name = 'ChildEndedError';
  readonly code = 'child_ended';
  readonly exit: Exit;

  constructor(exit: Exit, lines: readonly string[]) {
    super(`ended (${describeExit(exit)}):\n${lines.join('\n')}`);
    this.exit = exit;
  }
}

export const describeExit = ({ code, signal }: Exit): string =>
  signal === null ? `exit code ${code ?? 'unknown'}` : signal;

/** Signals all processes of a group. */
export const signalGroup = (leader: number | undefined, signal: NodeJS.Signals): void => {
  if (leader === undefined) return;
  try {
    process.kill(-leader, signal);
  } catch {
    // The group is empty by now, or another user's: it has nothing that this process could end.
  }
};

/** How long after its exit its output may still come: a process that it started may hold the pipes for ever. */
const LAST_OUTPUT_MS = 1_000;

export const followChild = (process: ChildProcess, options: ChildOptions = {}): Child => {
  const { onLine, leadsGroup = false, remembered = 40, longestLine } = options;
  const lines: string[] = [];
  const output = new EventEmitter().setMaxListeners(0);
  const add = (line: string, from: 'stdout' | 'stderr') => {
    onLine?.(line, from);
    lines.push(line);
    if (lines.length > remembered) lines.shift();
    output.emit('line', line);
  };
  for (const from of ['stdout', 'stderr'] as const)
    if (process[from]) readLines(process[from], (line) => add(line, from), longestLine);

  const exited = exitOf(process, (error) => add(error.message, 'stderr'));
  if (leadsGroup) process.once('exit', () => signalGroup(process.pid, 'SIGKILL'));
  const ended = exited.then((exit) => Promise.reject(new ChildEndedError(exit, lines)));
  ended.catch(() => undefined); // only who awaits a sign minds its end
  const orEnd = <T>(sign: Promise<T>): Promise<T> => {
    const first = Promise.race([sign, ended]);
    first.catch(() => undefined); // likewise
    return first;
  };

  return {
    process,
    pid: process.pid,
    lines,
    exited,
    line: (isIt) => {
      const known = lines.find(isIt);
      return orEnd(
        known === undefined
          ? firstOf(output, 'line', (line: string) => (isIt(line) ? line : undefined))
          : Promise.resolve(known),
      );
    },
    message: (read) => orEnd(firstOf(process, 'message', read)),
    stop: async (ladder = []) => {
      for (const [signal, ms] of ladder) {
        process.kill(signal);
        if (await settlesWithin(exited, ms)) return exited;
      }
      process.kill('SIGKILL');
      return exited;
    },
  };
};

/** Resolves with the first thing that `read` finds in such an event. */
const firstOf = <Given, Found>(
  emitter: EventEmitter,
  event: string,
  read: (given: Given) => Found | undefined,
): Promise<Found> =>
  new Promise((resolve) => {
    const listener = (given: Given) => {
      const found = read(given);
      if (found === undefined) return;
      emitter.off(event, listener);
      resolve(found);
    };
    emitter.on(event, listener);
  });

const exitOf = (child: ChildProcess, onError: (error: Error) => void): Promise<Exit> =>
  new Promise((resolve) => {
    child.on('error', (error) => {
      onError(error);
      if (child.pid === undefined) resolve({ code: null, signal: null });
    });
    child.once('exit', (code, signal) => {
      const over = () => {
        clearTimeout(timer);
        resolve({ code, signal });
      };
      const giveUp = () => {
        for (const stream of [child.stdout, child.stderr]) stream?.destroy();
        // What was read of a last line is passed on as they close.
        setImmediate(over);
      };
      // If this process is late itself, what has come meanwhile is read first.
      const timer = setTimeout(() => setImmediate(giveUp), LAST_OUTPUT_MS);
      child.once('close', over);
    });
  });
