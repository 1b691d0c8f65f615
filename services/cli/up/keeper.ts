/*
 * Keeps one process of the stack alive. Owns: the running process, and the decision to restart it, with growing
 * delays if it keeps ending soon. Does not own: how it is started and stopped, nor the order among processes
 * (stack.ts). Keeps I5 together with the supervisor: whatever process dies is soon replaced.
 */
import type { Exit } from '../local/process/child.ts';

export interface Running {
  pid: number;
  exited: Promise<Exit>;
  /** Asks it to stop, and kills it after `withinMs`. */
  stop: (withinMs: number) => Promise<void>;
  kill: () => void;
}

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

export interface KeeperDeps<T extends Running> {
  name: string;
  /** `onSpawn` is called with the process before it is ready. */
  start: (onSpawn: (running: Running) => void) => Promise<T>;
  /** Called after each change of `pid`; not awaited. */
  onChange: () => void;
  onEnd: (event: KeeperEnd) => void;
  now: () => number;
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
  const { name, start, onChange, onEnd, now, restart = RESTART } = deps;
  const stopping = new AbortController();
  let spawned: Running | undefined;
  let current: T | undefined;
  let pid: number | undefined;
  let failures = 0;
  let loop: Promise<void> = Promise.resolve();

  const setPid = (value: number | undefined) => {
    if (pid === value) return;
    pid = value;
    onChange();
  };

  const startOnce = async (): Promise<T> => {
    const running = await start((process) => {
      spawned = process;
      // Stopped between the decision to start and the start.
      if (stopping.signal.aborted) process.kill();
    });
    spawned = running;
    current = running;
    if (stopping.signal.aborted) running.kill();
    else setPid(running.pid);
    return running;
  };

  const pause = (ms: number): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms);
    const cancel = () => resolve();
    stopping.signal.addEventListener('abort', cancel, { once: true });
    return promise.finally(() => {
      clearTimeout(timer);
      stopping.signal.removeEventListener('abort', cancel);
    });
  };

  const ended = () => {
    spawned = undefined;
    current = undefined;
    setPid(undefined);
  };

  /** Restarts it until it runs; undefined when it is to stop. */
  const again = async (firstCause: KeeperCause): Promise<T | undefined> => {
    for (let cause = firstCause; ; failures += 1) {
      const againInMs = restartDelay(restart, failures);
      onEnd({ name, ...cause, againInMs });
      await pause(againInMs);
      if (stopping.signal.aborted) return undefined;
      try {
        return await startOnce();
      } catch (error) {
        ended();
        if (stopping.signal.aborted) return undefined;
        cause = { error };
      }
    }
  };

  const keep = async (first: T): Promise<void> => {
    for (let running: T | undefined = first; running !== undefined; ) {
      const since = now();
      const exit = await running.exited;
      ended();
      if (stopping.signal.aborted) return;
      failures = now() - since >= restart.calmMs ? 1 : failures + 1;
      running = await again({ exit });
    }
  };

  return {
    name,
    get pid() {
      return pid;
    },
    get current() {
      return current;
    },
    start: async () => {
      loop = keep(await startOnce());
    },
    stop: async (withinMs) => {
      stopping.abort();
      await spawned?.stop(withinMs);
      await loop;
    },
    kill: () => {
      stopping.abort();
      spawned?.kill();
    },
  };
};
