import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { defineCommand } from '../command.ts';
import { EXIT } from '../exit.ts';
import { endLeftover } from '../local/process/leftover.ts';
import { homeOf } from '../up/home/home.ts';
import { endLeftovers } from '../up/home/leftovers.ts';
import { lockHolder, takeLock } from '../up/home/lock.ts';
import { isStillIt } from '../up/home/pid-record.ts';

// `up` gives itself 20 s, or more when the drain is set to be long; a second signal makes it hurry.
const STOP = [
  ['SIGTERM', 25_000],
  ['SIGTERM', 10_000],
] as const;

export const command = defineCommand({
  about: [
    'Stops the stack of GHOSTLY_HOME (.ghostly) and waits for its end. Runs that exceed the drain time are cancelled.',
  ],
  usage: '',
  options: {},
  positionals: { min: 0, max: 0 },
  examples: [],
  run: async ({ env, cwd, out }) => {
    const home = homeOf(env, cwd);
    if (!existsSync(home.path)) {
      out(`Ghostly is not running (${home.path})`);
      return 0;
    }
    const holder = await lockHolder(home.lockFile);
    if (holder !== undefined) {
      await endLeftover({ pid: holder.pid, isStillIt: () => isStillIt(holder) }, STOP);
    }
    const lock = await takeLock(home.lockFile, process.pid);
    if (lock.held) {
      out(`another Ghostly has just started on ${home.path}`);
      return EXIT.refused;
    }
    const ended = await endLeftovers(home);
    await rm(home.upFile, { force: true });
    await lock.release();
    if (holder === undefined && ended.length === 0) out(`Ghostly is not running (${home.path})`);
    else out(ended.length === 0 ? 'stopped' : `stopped; also ended leftover processes: ${ended.join(', ')}`);
    return 0;
  },
});
