import { setTimeout as delay } from 'node:timers/promises';
import type { StopLadder } from '#shared/platform/process/child.ts';
import { processIdentity } from '#shared/platform/process/identity.ts';

const POLL_MS = 25;
const KILL_WAIT_MS = 5_000;

export interface Leftover {
  pid: number;
  /** True while the same process is still running: pids are reused. */
  isStillIt: () => Promise<boolean>;
}

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

/** The same for the process that has this pid now, whatever it may be called while it ends. */
export const endProcess = async (pid: number, ladder: StopLadder): Promise<boolean> => {
  const identity = await processIdentity(pid);
  if (identity === undefined) return false;
  return endLeftover({ pid, isStillIt: async () => (await processIdentity(pid)) === identity }, ladder);
};
