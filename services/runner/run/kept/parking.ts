/*
 * Keeps what a run needs to go on elsewhere while it waits for a person: sealed, for this run alone. Owns whether that is kept.
 */

import type { OwnedBy } from '#shared/adapters/database/owned-run.ts';
import { keepPageState } from '#shared/adapters/database/runs/page-states.ts';
import type { Statements } from '#shared/adapters/database/sql.ts';
import { settlesWithin } from '#shared/platform/async/settles-within.ts';
import type { Log } from '#shared/platform/log/log.ts';
import type { PrivateKeys } from '#shared/platform/seal/keys.ts';
import { sealState } from '../../browser/page-state/kept-state.ts';
import type { CaptureLimits } from '../../browser/page-state/page-state.ts';
import type { CarriedState } from '../hold-flow.ts';
import { KEEP_WAIT_MS, KEPT_OF_PAGE, MOST_KEPT_BYTES } from './checkpoints.ts';

interface ParkingOptions extends OwnedBy {
  projectId: string;
  attempt: number;
  /** What it was opened again with is kept after so many steps. */
  keptAt: number | undefined;
  sql: Statements;
  keys: PrivateKeys;
  log: Pick<Log, 'warn'>;
  /** The page, and what the run knows; undefined while there is no page. */
  capture(limits: CaptureLimits): Promise<CarriedState | undefined>;
}

export interface Parking {
  /** Whether it is kept after `done` steps, within its time. Never rejects. */
  keep(done: number): Promise<boolean>;
  /** Something is kept of the step that the run stands at. */
  isKept(done: number): boolean;
}

export function createParking({
  sql,
  keys,
  runId,
  owner,
  epoch,
  projectId,
  attempt,
  log,
  capture,
  keptAt,
}: ParkingOptions): Parking {
  const kind = 'park';
  let last: Promise<unknown> = Promise.resolve();

  async function keepNow(done: number): Promise<void> {
    const captured = await capture(KEPT_OF_PAGE);
    if (!captured) return;
    const { notCarried, ...state } = captured;
    const sealed = await sealState(keys, { runId, projectId, attempt, done, kind }, state);
    const kept = { runId, owner, epoch, kind, done, sealed, notCarried, mostBytes: MOST_KEPT_BYTES } as const;
    if (await keepPageState(sql, kept)) keptAt = done;
  }

  return {
    isKept: (done) => keptAt === done,
    async keep(done) {
      // One after the other: the newest is what stays.
      const keeping = last
        .then(() => keepNow(done))
        .catch((error: unknown) =>
          log.warn({ err: error, done }, 'what the run needs to be parked could not be kept'),
        );
      last = keeping;
      await settlesWithin(keeping, KEEP_WAIT_MS);
      return keptAt === done;
    },
  };
}
