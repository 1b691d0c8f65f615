/*
 * What the runs of a list wait for, of those that are on somebody's screen. Owns, for a second each, what was read: one
 * reading of a run, however many lists show it (I13). A list does not wait for it for long: what is not known yet is told
 * with the next one.
 */
import { createTurns } from '#shared/async/turns.ts';
import type { WaitingFor } from '#shared/contract/waiting-for.ts';
import { settlesWithin } from '#shared/process/settles-within.ts';
import type { ReadWaitingFor } from './read.ts';

export type ReadListedWaits = (ids: readonly string[]) => Promise<ReadonlyMap<string, WaitingFor>>;

interface Known {
  /** When it was read; undefined while it is. */
  at: number | undefined;
  told: WaitingFor | undefined;
  reading: Promise<void>;
}

const AT_ONCE = 8;
const WITHIN_MS = 300;
const GOOD_MS = 1_000;
const FORGOTTEN_AFTER_MS = 5_000;

export function createReadListedWaits(
  read: ReadWaitingFor,
  now: () => number = () => performance.now(),
): ReadListedWaits {
  const known = new Map<string, Known>();
  const turns = createTurns(AT_ONCE);

  const begin = (id: string, told: WaitingFor | undefined): Known => {
    const run: Known = { at: undefined, told, reading: Promise.resolve() };
    const look = async () => {
      // One that cannot be read now is read the next time.
      const { waitingFor } = await turns.take(() => read(id)).catch(() => ({ waitingFor: undefined }));
      run.told = waitingFor;
      run.at = now();
    };
    run.reading = look();
    known.delete(id);
    known.set(id, run);
    return run;
  };

  const fresh = (id: string): Known => {
    const run = known.get(id);
    if (!run) return begin(id, undefined);
    return run.at !== undefined && now() - run.at >= GOOD_MS ? begin(id, run.told) : run;
  };

  return async (ids) => {
    for (const [id, { at }] of known) {
      if (at === undefined || now() - at < FORGOTTEN_AFTER_MS) break;
      known.delete(id);
    }
    const runs = ids.map((id) => [id, fresh(id)] as const);
    await settlesWithin(Promise.all(runs.map(([, { reading }]) => reading)), WITHIN_MS);
    return new Map(runs.flatMap(([id, { told }]) => (told ? [[id, told] as const] : [])));
  };
}
