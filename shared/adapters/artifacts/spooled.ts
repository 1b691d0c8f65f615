import { setTimeout as delay } from 'node:timers/promises';
import type { Artifacts } from './artifacts.ts';

/** Usual duration of an upload. */
const ON_ITS_WAY_MS = 400;

/**
 * The artifacts of `store` and those that still wait for it in `spool`, a folder of this machine. What is nowhere is
 * looked for once more, a moment later: the runner of another machine may be sending it. Puts go to the store itself.
 */
export function withSpool(store: Artifacts, spool: Artifacts): Artifacts {
  // First the spool: what is not there any more has reached the store.
  const lookOnce: Artifacts['open'] = async (runId, name) =>
    (await spool.open(runId, name)) ?? store.open(runId, name);
  return {
    ...store,
    arrivesLater: { lookOnce },
    async open(runId, name) {
      const found = await lookOnce(runId, name);
      if (found !== undefined) return found;
      await delay(ON_ITS_WAY_MS);
      return lookOnce(runId, name);
    },
    async list(runId) {
      const [waiting, sent] = await Promise.all([spool.list(runId), store.list(runId)]);
      return [...new Set([...waiting, ...sent])];
    },
    async remove(runId) {
      await spool.remove(runId);
      await store.remove(runId);
    },
    async removeDay(day) {
      await spool.removeDay(day);
      await store.removeDay(day);
    },
  };
}
