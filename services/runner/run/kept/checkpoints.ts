/*
 * Keeps the state of a run's page between its steps, sealed. Owns what was kept last; what is the same is not kept twice. A
 * run waits for it no longer than its time, and goes on where it cannot be kept: then no other run can begin there.
 */
import { createHash } from 'node:crypto';
import type { OwnedBy } from '#shared/adapters/database/owned-run.ts';
import { extendPageState, keepPageState } from '#shared/adapters/database/runs/page-states.ts';
import type { Statements } from '#shared/adapters/database/sql.ts';
import { settlesWithin } from '#shared/platform/async/settles-within.ts';
import type { Log } from '#shared/platform/log/log.ts';
import type { PrivateKeys } from '#shared/platform/seal/keys.ts';
import { type KeptState, sealState } from '../../browser/page-state/kept-state.ts';
import type { CapturedPage, CaptureLimits } from '../../browser/page-state/page-state.ts';

/** What is kept of a page at once. */
export const KEPT_OF_PAGE: CaptureLimits = { ms: 2_000, bytes: 2 ** 20, otherOrigins: 4 };
/** How much is kept of one run, sealed. */
export const MOST_KEPT_BYTES = 8 * 2 ** 20;
/** How long a run waits for it, ms. */
export const KEEP_WAIT_MS = 5_000;

export interface CheckpointsOptions extends OwnedBy {
  projectId: string;
  attempt: number;
  /** The step that the run begins with: nothing is kept before it. */
  begins: number;
  /** The run goes on after so many steps: the last of them has not failed it. */
  goesOn(done: number): boolean;
  sql: Statements;
  keys: PrivateKeys;
  log: Pick<Log, 'warn'>;
  /** The page, and what the run knows; undefined while there is no page. */
  capture(limits: CaptureLimits): Promise<(KeptState & Pick<CapturedPage, 'notCarried'>) | undefined>;
}

export interface Checkpoints {
  /** Resolves when the state after `done` steps is kept, or will not be. Never rejects. */
  keep(done: number): Promise<void>;
}

export function createCheckpoints(options: CheckpointsOptions): Checkpoints {
  const { sql, keys, runId, owner, epoch, projectId, attempt, begins, log } = options;
  const owned = { runId, owner, epoch, kind: 'fork' as const };
  let last: { done: number; digest: string } | undefined;
  let keeping: Promise<void> | undefined;

  async function keepNow(done: number): Promise<void> {
    const captured = await options.capture(KEPT_OF_PAGE);
    if (!captured) return;
    const { notCarried, ...state } = captured;
    const digest = createHash('sha256').update(JSON.stringify(captured)).digest('base64');
    if (last?.digest === digest) return extendPageState(sql, { ...owned, done: last.done, until: done });
    const place = { runId, projectId, attempt, done, kind: owned.kind };
    const sealed = await sealState(keys, place, state);
    if (await keepPageState(sql, { ...owned, done, sealed, notCarried, mostBytes: MOST_KEPT_BYTES }))
      last = { done, digest };
  }

  return {
    async keep(done) {
      // One that is late is not waited for a second time, and nothing is kept beside it.
      if (done <= begins || keeping || !options.goesOn(done)) return;
      keeping = keepNow(done)
        .catch((error: unknown) => log.warn({ err: error, done }, 'the state of the page could not be kept'))
        .finally(() => {
          keeping = undefined;
        });
      await settlesWithin(keeping, KEEP_WAIT_MS);
    },
  };
}
