import { rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Home } from './home.ts';
import { type Lock, lockHolder, takeLock } from './lock.ts';
import { readUpFile } from './up-file.ts';

const LOOK_EVERY_MS = 100;

type Own = Extract<Lock, { held: false }>;

/**
 * The lock of a home for this process. Undefined if another one runs there: then it is printed where. One that is just
 * starting or stopping is waited for, which is printed, too.
 */
export async function takeHome(home: Home, out: (line: string) => void): Promise<Own | undefined> {
  let isAnnounced = false;
  for (;;) {
    const lock = await takeLock(home.lockFile, process.pid);
    if (!lock.held) {
      // A killed one has left its own.
      await rm(home.upFile, { force: true });
      return lock;
    }
    const { pid } = lock.by;
    // It is there while the other one is ready.
    const up = await readUpFile(home.upFile);
    if (up !== undefined) {
      out(`Ghostly is already running: ${up.gateway} (pid ${pid})`);
      return undefined;
    }
    if (!isAnnounced)
      out(`waiting for another Ghostly on ${home.path} (pid ${pid}), which is starting or stopping`);
    isAnnounced = true;
    await whileHeld(home);
  }
}

/** Resolves when the other one is ready or gone. */
async function whileHeld({ lockFile, upFile }: Home): Promise<void> {
  do await delay(LOOK_EVERY_MS);
  while ((await lockHolder(lockFile)) !== undefined && (await readUpFile(upFile)) === undefined);
}
