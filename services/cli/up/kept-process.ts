import type { Exit } from '../local/process/child.ts';

export interface Running {
  pid: number;
  exited: Promise<Exit>;
  /** Asks it to stop, and kills it after `withinMs`. */
  stop: (withinMs: number) => Promise<void>;
  kill: () => void;
}

/** `onSpawn` is called with the process before it is ready. */
export type Start<T extends Running> = (onSpawn: (running: Running) => void) => Promise<T>;

/** What there is now. */
interface Present<T extends Running> {
  /** The pid of the process that is ready. */
  pid?: number | undefined;
  current?: T | undefined;
  /** Also one that is not ready yet. */
  spawned?: Running | undefined;
}

export interface KeptProcess<T extends Running> {
  readonly now: Readonly<Present<T>>;
  /** One that starts although `stopping` is aborted is killed. @throws what the start threw */
  start: () => Promise<T>;
  ended: () => void;
}

/** Owns the knowledge which process there is now, if any. `onChange` is called after each change of `pid`. */
export const createKeptProcess = <T extends Running>(
  start: Start<T>,
  stopping: AbortSignal,
  onChange: () => void,
): KeptProcess<T> => {
  const now: Present<T> = {};
  const setPid = (pid: number | undefined) => {
    if (now.pid === pid) return;
    now.pid = pid;
    onChange();
  };
  return {
    now,
    start: async () => {
      const running = await start((process) => {
        now.spawned = process;
        // Stopped between the decision to start and the start.
        if (stopping.aborted) process.kill();
      });
      now.spawned = running;
      now.current = running;
      if (stopping.aborted) running.kill();
      else setPid(running.pid);
      return running;
    },
    ended: () => {
      now.spawned = undefined;
      now.current = undefined;
      setPid(undefined);
    },
  };
};
