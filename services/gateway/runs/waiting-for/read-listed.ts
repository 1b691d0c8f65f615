/*
 * What the runs of a list on a screen wait for. Owns each reading for a second: one per run, however many lists show it
 * (I13). A list waits only shortly for it: what is not known yet comes with the next list.
 */
import type { WaitingFor } from '#shared/api/contract/runs/waiting-for.ts';
import { RecentMap } from '#shared/platform/async/recent-map.ts';
import { settlesWithin } from '#shared/platform/async/settles-within.ts';
import { createTurns } from '#shared/platform/async/turns.ts';
import type { ReadWaitingFor } from './read.ts';

export type ReadListedWaits = (ids: readonly string[]) => Promise<ReadonlyMap<string, WaitingFor>>;

interface Known {
  waitingFor?: WaitingFor | undefined;
  /** The last reading, and when it was done; undefined while it is under way. */
  reading?: Promise<void>;
  readAt?: number | undefined;
}

const AT_ONCE = 8;
const WITHIN_MS = 300;
const GOOD_MS = 1_000;
/** How long a run is remembered after it was last listed, ms. */
const KEPT_MS = 5_000;

export function createReadListedWaits(
  read: ReadWaitingFor,
  now: () => number = () => performance.now(),
): ReadListedWaits {
  const asked = new RecentMap<string, Known>({ keptMs: KEPT_MS, now });
  const turns = createTurns(AT_ONCE);

  async function look(id: string, run: Known): Promise<void> {
    run.readAt = undefined;
    // One that cannot be read now is read the next time.
    const { waitingFor } = await turns.take(() => read(id)).catch(() => ({ waitingFor: undefined }));
    run.waitingFor = waitingFor;
    run.readAt = now();
  }

  function fresh(id: string): Known {
    const run = asked.getOrSet(id, () => ({}));
    const isOld = run.readAt !== undefined && now() - run.readAt >= GOOD_MS;
    if (run.reading === undefined || isOld) run.reading = look(id, run);
    return run;
  }

  return async (ids) => {
    const runs = ids.map((id) => [id, fresh(id)] as const);
    await settlesWithin(Promise.all(runs.map(([, { reading }]) => reading)), WITHIN_MS);
    return new Map(runs.flatMap(([id, { waitingFor }]) => (waitingFor ? [[id, waitingFor] as const] : [])));
  };
}
