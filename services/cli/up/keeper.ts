/*
 * Keeps one process of the stack alive. Owns: its restarts, with growing delays if it keeps ending soon.
 * Does not own: the process (kept-process.ts), the order among processes (stack.ts).
 * Keeps I5: a process that dies is soon replaced.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Exit } from '../local/process/child.ts';
import { createKeptProcess, type KeptProcess, type Running, type Start } from './kept-process.ts';

export interface Restart {
  firstMs: number;
  maxMs: number;
  /** Running this long counts as a new beginning. */
  calmMs: number;
}

export const RESTART: Restart = { firstMs: 100, maxMs: 10_000, calmMs: 30_000 };

/** How long to wait before the next start, after `failures` ends in a row (from 1). */
export const restartDelay = ({ firstMs, maxMs }: Restart, failures: number): number =>
  Math.min(maxMs, firstMs * 2 ** Math.min(failures - 1, 20));

/** Why it does not run: it ended, or it could not be started. */
type KeeperCause = { exit: Exit } | { error: unknown };
export type KeeperEnd = KeeperCause & { name: string; againInMs: number };

/** Callbacks for what becomes of the processes. */
export interface Watch {
  /** Called after each change of `pid`; not awaited. */
  onChange: () => void;
  onEnd: (event: KeeperEnd) => void;
  now: () => number;
}

export interface KeeperDeps<T extends Running> extends Watch {
  name: string;
  start: Start<T>;
  restart?: Restart;
}

export interface Keeper {
  readonly name: string;
  readonly pid: number | undefined;
  /** The first start. @throws what the start threw: nothing is tried again then */
  start: () => Promise<void>;
  stop: (withinMs: number) => Promise<void>;
  kill: () => void;
}

export const createKeeper = <T extends Running>(
  deps: KeeperDeps<T>,
): Keeper & { readonly current: T | undefined } => {
  const stopping = new AbortController();
  const kept = createKeptProcess(deps.start, stopping.signal, deps.onChange);
  let loop: Promise<void> = Promise.resolve();

  return {
    name: deps.name,
    get pid() {
      return kept.now.pid;
    },
    get current() {
      return kept.now.current;
    },
    start: async () => {
      loop = keepRunning(kept, await kept.start(), deps, stopping.signal);
    },
    stop: async (withinMs) => {
      stopping.abort();
      await kept.now.spawned?.stop(withinMs);
      await loop;
    },
    kill: () => {
      stopping.abort();
      kept.now.spawned?.kill();
    },
  };
};

/** Resolves when it has ended and is to stop. */
const keepRunning = async <T extends Running>(
  kept: KeptProcess<T>,
  first: T,
  { name, onEnd, now, restart = RESTART }: KeeperDeps<T>,
  stopping: AbortSignal,
): Promise<void> => {
  let failures = 0;

  /** Restarts it until it runs; undefined when it is to stop. */
  const again = async (firstCause: KeeperCause): Promise<T | undefined> => {
    for (let cause = firstCause; ; failures += 1) {
      const againInMs = restartDelay(restart, failures);
      onEnd({ name, ...cause, againInMs });
      await delay(againInMs, undefined, { signal: stopping }).catch(() => {}); // looked at right here
      if (stopping.aborted) return undefined;
      try {
        return await kept.start();
      } catch (error) {
        kept.ended();
        if (stopping.aborted) return undefined;
        cause = { error };
      }
    }
  };

  for (let running: T | undefined = first; running !== undefined; ) {
    const since = now();
    const exit = await running.exited;
    kept.ended();
    if (stopping.aborted) return;
    failures = now() - since >= restart.calmMs ? 1 : failures + 1;
    running = await again({ exit });
  }
};
