/*
 * Claims queued runs, one after the other, while there is room for them. Owns the claim in progress, and the look every
 * second or two, whether or not this runner was notified (I5).
 */
import { createSerialTask } from '#shared/async/serial-task.ts';
import type { Bus } from '#shared/bus/bus.ts';
import { type ClaimedRun, claimNext } from '#shared/database/runs/claim.ts';
import type { RunLimits } from '#shared/database/runs/limits.ts';
import { DatabaseUnavailableError, type Sql } from '#shared/database/sql.ts';
import type { Log } from '#shared/process/log.ts';
import { createQueueNotifications } from './queue-notifications.ts';

export interface QueueClaimsDeps {
  sql: Sql;
  bus: Bus;
  log: Log;
  owner: string;
  leaseMs: number;
  limits: RunLimits;
  /** Whether this runner can have another run now. */
  hasRoom(): boolean;
  /** Runs that it must not have now. */
  notNow(): string[];
  /** `since`: the monotonic time just before the claim was sent. */
  onClaimed(run: ClaimedRun, since: number): void;
  /** The answer of a claim was lost. */
  onDoubt(): void;
  /** When to look without a notification, ms from now; every second or two if left out. */
  untilNextLook?(): number;
}

export interface QueueClaims {
  /** Looks for work now. */
  look(): void;
  /** Resolves when the claim in progress, if any, is answered or has failed, and its run has been started. */
  answered(): Promise<unknown>;
  /** Resolves when no claim is in progress; none is sent afterwards. */
  close(): Promise<void>;
}

/** At random within these, so that runners that were started together do not look together. */
const LOOK_MS = { least: 1_000, most: 2_000 };
const atRandom = () => LOOK_MS.least + Math.random() * (LOOK_MS.most - LOOK_MS.least);

export function createQueueClaims(deps: QueueClaimsDeps): QueueClaims {
  const { untilNextLook = atRandom } = deps;
  let closed = false;
  /** Whether it found a run. */
  let last: Promise<boolean> = Promise.resolve(false);

  const claims = createSerialTask(
    async () => {
      notifications.update();
      let found = false;
      while (!closed && deps.hasRoom()) {
        last = claimOne(deps);
        found = await last;
        if (!found) break;
      }
      notifications.update();
      // Nobody knows whether that was the last one.
      if (found && !closed) notifications.passOn();
      return untilNextLook();
    },
    (error) => {
      deps.log.warn({ err: error }, 'could not claim');
      return untilNextLook();
    },
  );

  const notifications = createQueueNotifications({ ...deps, onQueued: () => void claims.run() });

  return {
    look: () => void claims.run(),
    answered: () => last.catch(() => undefined),
    close() {
      closed = true;
      notifications.stop();
      return claims.close();
    },
  };
}

async function claimOne(deps: QueueClaimsDeps): Promise<boolean> {
  const { sql, owner, leaseMs, limits, notNow, onClaimed, onDoubt } = deps;
  const since = performance.now();
  try {
    const run = await claimNext(sql, owner, leaseMs, limits, notNow());
    if (run) onClaimed(run, since);
    return run !== undefined;
  } catch (error) {
    if (error instanceof DatabaseUnavailableError && error.mayHaveTakenEffect) onDoubt();
    throw error;
  }
}
