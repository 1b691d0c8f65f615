/*
 * Claims queued runs while there is room for them, in batches that grow. Owns the claim in progress, and the look every
 * second or two, whether or not this runner was notified (I5).
 */
import { createSerialTask } from '#shared/async/serial-task.ts';
import type { Bus } from '#shared/bus/bus.ts';
import { type ClaimedRun, claimRuns } from '#shared/database/runs/claim.ts';
import type { RunLimits } from '#shared/database/runs/limits.ts';
import { DatabaseUnavailableError, type Sql } from '#shared/database/sql.ts';
import { METRICS } from '#shared/metrics/instruments.ts';
import type { Log } from '#shared/process/log.ts';
import { createQueueNotifications } from './queue-notifications.ts';

export interface QueueClaimsDeps {
  sql: Sql;
  bus: Bus;
  log: Log;
  owner: string;
  leaseMs: number;
  limits: RunLimits;
  /** Of this runner, sorted. */
  labels: readonly string[];
  /** How many more runs this runner can have now. */
  room(): number;
  /** Runs that it must not have now. */
  notNow(): string[];
  /** `since`: the monotonic time just before the claim was sent. */
  onClaimed(run: ClaimedRun, since: number): void;
  /** The answer of a claim of so many runs at most was lost. */
  onDoubt(most: number): void;
  /** When to look without a notification, ms from now; every second or two if left out. */
  untilNextLook?(): number;
}

export interface QueueClaims {
  /** Looks for work now. */
  look(): void;
  /** Resolves when the claim in progress, if any, is answered or has failed, and its runs have been started. */
  answered(): Promise<unknown>;
  /** Resolves when no claim is in progress; none is sent afterwards. */
  close(): Promise<void>;
}

/** At random within these, so that runners that were started together do not look together. */
const LOOK_MS = { least: 1_000, most: 2_000 };
/** So much sooner if others were just taking all that was next, and so often in a row. */
const CONTENDED = { least: 10, most: 50, looks: 20 };
const atRandom = ({ least, most }: { least: number; most: number }) => least + Math.random() * (most - least);

/**
 * A look asks for one run, then for twice as many each time: of a few runs each of the runners that were woken has its
 * share, and of many a runner has its slots full after a few claims. A run that has waited for longer than the others take
 * to look was left by all of them: then it asks for all that it has room for.
 */
const FIRST = 1;
const MOST = 16;

export function createQueueClaims(deps: QueueClaimsDeps): QueueClaims {
  const { untilNextLook = () => atRandom(LOOK_MS) } = deps;
  const hasRoom = () => deps.room() > 0;
  let closed = false;
  let last: Promise<Batch> = Promise.resolve({ runs: 0, waited: 0, contended: false });
  /** Looks in a row that found only what others were taking. */
  let contended = 0;

  const claims = createSerialTask(
    async () => {
      notifications.update();
      let batch: Batch | undefined;
      for (let most = FIRST; !closed && hasRoom(); ) {
        last = claimBatch(deps, Math.min(most, deps.room()));
        batch = await last;
        if (batch.runs === 0) break;
        most = batch.waited > LOOK_MS.most ? MOST : Math.min(2 * most, MOST);
      }
      notifications.update();
      // Nobody knows whether that was the last one.
      if (batch && batch.runs > 0 && !closed) notifications.passOn();
      contended = batch?.contended ? contended + 1 : 0;
      return contended > 0 && contended <= CONTENDED.looks ? atRandom(CONTENDED) : untilNextLook();
    },
    (error) => {
      deps.log.warn({ err: error }, 'could not claim');
      return untilNextLook();
    },
  );

  const notifications = createQueueNotifications({
    bus: deps.bus,
    labels: deps.labels,
    hasRoom,
    onQueued: () => void claims.run(),
  });

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

interface Batch {
  runs: number;
  /** The shortest time that one of them had been queued, ms by the database's clock. */
  waited: number;
  contended: boolean;
}

async function claimBatch(deps: QueueClaimsDeps, most: number): Promise<Batch> {
  const { sql, owner, leaseMs, limits, labels, notNow, onClaimed, onDoubt } = deps;
  const since = performance.now();
  try {
    const { runs, contended } = await claimRuns(sql, {
      ...{ owner, leaseMs, most, limits, labels },
      without: notNow(),
    });
    const queued = runs.map(({ now, createdAt }) => now.getTime() - createdAt.getTime());
    METRICS.claims.record(performance.now() - since, {
      'ghostly.claim.found': runs.length > 0 ? 'some' : 'none',
    });
    for (const ms of queued) METRICS.queued.record(ms, {});
    for (const run of runs) onClaimed(run, since);
    return { runs: runs.length, waited: Math.min(...queued), contended };
  } catch (error) {
    if (error instanceof DatabaseUnavailableError && error.mayHaveTakenEffect) onDoubt(most);
    throw error;
  }
}
