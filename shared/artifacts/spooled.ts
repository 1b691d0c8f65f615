import { setTimeout as delay } from 'node:timers/promises';
import type { Artifacts } from './artifacts.ts';

/** As long as an upload usually takes. */
const ON_ITS_WAY_MS = 400;

/**
 * The artifacts of `store` and those that still wait for it in `spool`, a folder of this machine: what one of its runners
 * has kept is there for its gateways at once. What is nowhere is looked for a second time, a moment later: the runner of
 * another machine may just be sending it. Puts go to the store itself.
 */
export const withSpool = (store: Artifacts, spool: Artifacts): Artifacts => ({
  ...store,
  arrivesLater: true,
  async open(runId, name) {
    // First the spool: what is not there any more has reached the store.
    const look = async () => (await spool.open(runId, name)) ?? store.open(runId, name);
    const found = await look();
    if (found !== undefined) return found;
    await delay(ON_ITS_WAY_MS);
    return look();
  },
  async remove(runId) {
    await spool.remove(runId);
    await store.remove(runId);
  },
  async removeDay(day) {
    await spool.removeDay(day);
    await store.removeDay(day);
  },
});
