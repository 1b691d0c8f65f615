import { setTimeout as delay } from 'node:timers/promises';
import { processIdentity } from '#shared/process/identity.ts';
import type { StopLadder } from './child.ts';

const POLL_MS = 25;
const KILL_WAIT_MS = 5_000;

export interface Leftover {
  pid: number;
  /** True while the same process is still running: pids are reused. */
  isStillIt: () => Promise<boolean>;
}

/** The process that has this pid now; undefined if there is none. */
export const leftoverOf = async (pid: number): Promise<Leftover | undefined> => {
  const identity = await processIdentity(pid);
  if (identity === undefined) return undefined;
  return { pid, isStillIt: async () => (await processIdentity(pid)) === identity };
};

const signal = (pid: number, name: NodeJS.Signals): void => {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
};

/** Ends a process that is not our child. Resolves to whether it was there and is gone. */
export const endLeftover = async ({ pid, isStillIt }: Leftover, ladder: StopLadder): Promise<boolean> => {
  if (!(await isStillIt())) return false;
  for (const [name, ms] of [...ladder, ['SIGKILL', KILL_WAIT_MS] as const]) {
    signal(pid, name);
    const until = performance.now() + ms;
    while (performance.now() < until) {
      // The end of a process that is not a child is not reported.
      await delay(POLL_MS);
      if (!(await isStillIt())) return true;
    }
  }
  return false;
};
