import { setTimeout as delay } from 'node:timers/promises';
import type { Home } from './home.ts';
import { lockHolder } from './lock.ts';
import { readUpFile } from './up-file.ts';

const OTHER_START_MS = 60_000;

/** Prints where the stack of this home is already running; waits while it is still starting. */
export const tellOfOther = async (
  home: Home,
  pid: number,
  out: (line: string) => void,
  now: () => number,
) => {
  // The other one may still be starting; only its file shows when it is done.
  for (const until = now() + OTHER_START_MS; now() < until; await delay(100)) {
    const up = await readUpFile(home.upFile);
    if (up !== undefined) return out(`Ghostly is already running: ${up.gateway} (pid ${pid})`);
    if ((await lockHolder(home.lockFile)) === undefined)
      return out('the other Ghostly on this home has just stopped');
  }
  out(`another Ghostly is starting on ${home.path} (pid ${pid})`);
};
