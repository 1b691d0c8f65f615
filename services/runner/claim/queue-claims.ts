/*
 * Claims queued runs while there is room, in batches that grow. Owns the claim in progress and the look every second or
 * two that needs no notification (I5). A claim whose answer was lost is asked again under its id, for the same runs.
 */
import { randomUUID } from 'node:crypto';
import type { Bus } from '#shared/adapters/bus/bus.ts';
import { DatabaseUnavailableError } from '#shared/adapters/database/errors.ts';
import type { RunLimits } from '#shared/adapters/database/queue/limits.ts';
import { type ClaimedRun, claimAgain, claimRuns } from '#shared/adapters/database/runs/claim.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { createSerialTask } from '#shared/platform/async/serial-task.ts';
import type { Log } from '#shared/platform/log/log.ts';
import { METRICS } from '#shared/platform/metrics/instruments.ts';
import { createQueueNotifications } from './queue-notifications.ts';

export interface QueueClaimsDeps {
  sql: Sql;
  bus: Bus;
  log: Log;
  owner: string;
  leaseMs: number;
  limits: RunLimits;
  /** Labels of this runner, sorted. */
  labels: readonly string[];
  /** How many more runs this runner can have now. */
  room(): number;
  /** Runs that it must not have now. */
  notNow(): string[];
  /** `asked`: the monotonic time just before the statement that brought it. */
  onClaimed(run: ClaimedRun, asked: number): void;
  /** When to look without a notification, ms from now; every second or two if left out. */
  untilNextLook?(): number;
}

export interface QueueClaims {
  /** Looks for work now. */
  look(): void;
  /** Resolves when no claim is in progress; none is sent afterwards. */
  close(): Promise<void>;
}

/** The pause before a look, at random, so that runners that were started together do not look together. */
const LOOK_MS = { least: 1_000, most: 2_000 };
/** So much sooner if others were just taking all that was next, and so often in a row. */
const CONTENDED = { least: 10, most: 50, looks: 20 };
/** The pause before a claim without an answer is asked again, while its runs wait. */
const UNANSWERED = { least: 100, most: 400 };
const atRandom = ({ least, most }: { least: number; most: number }) => least + Math.random() * (most - least);

/**
 * A look asks for one run, then twice as many each time: few runs are shared by the runners that were woken, many fill the
 * slots after a few claims. A run that waited longer than a look was left by all: then it claims all it has room for.
 */
const FIRST = 1;
const MOST = 16;

export function createQueueClaims(deps: QueueClaimsDeps): QueueClaims {
  const { untilNextLook = () => atRandom(LOOK_MS) } = deps;
  const hasRoom = () => deps.room() > 0;
  const batches = createBatches(deps);
  let closed = false;
  let failing = false;
  /** Looks in a row that found only what others were taking. */
  let contended = 0;

  const claims = createSerialTask(
    async () => {
      notifications.update();
      let batch: Batch | undefined;
      for (let most = FIRST; !closed && (hasRoom() || batches.inDoubt); ) {
        batch = await batches.claim(Math.min(most, deps.room()));
        failing = false;
        if (batch.runs === 0) break;
        most = batch.waited > LOOK_MS.most ? MOST : Math.min(2 * most, MOST);
      }
      notifications.update();
      // There may be more: another runner is to look.
      if (batch && batch.runs > 0 && !closed) notifications.passOn();
      contended = batch?.contended ? contended + 1 : 0;
      return contended > 0 && contended <= CONTENDED.looks ? atRandom(CONTENDED) : untilNextLook();
    },
    (error) => {
      if (!failing) deps.log.warn({ err: error }, 'could not claim');
      failing = true;
      return batches.inDoubt ? atRandom(UNANSWERED) : untilNextLook();
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

interface Batches {
  /** A claim that has had no answer may have taken runs. */
  readonly inDoubt: boolean;
  /** Claims at most so many runs; with none, only what was taken without an answer is asked for. */
  claim(most: number): Promise<Batch>;
}

function createBatches(deps: QueueClaimsDeps): Batches {
  const { sql, owner, leaseMs, limits, labels, notNow, onClaimed } = deps;
  /** The id of a claim without an answer; kept until runs are had under it, since it may still arrive. */
  let unanswered: string | undefined;

  const take = async (most: number) => {
    const claim = unanswered ?? randomUUID();
    const ask = unanswered ? claimAgain : claimRuns;
    try {
      const wanted = { claim, owner, leaseMs, most, limits, labels, without: notNow() };
      const claimed = await ask(sql, wanted);
      if (claimed.runs.length > 0 || claimed.isOver) unanswered = undefined;
      return claimed;
    } catch (error) {
      if (error instanceof DatabaseUnavailableError && error.mayHaveTakenEffect) unanswered = claim;
      throw error;
    }
  };

  return {
    get inDoubt() {
      return unanswered !== undefined;
    },
    async claim(most) {
      const since = performance.now();
      const { runs, contended, asked } = await take(most);
      const queued = runs.map(({ now, queuedSince }) => now.getTime() - queuedSince.getTime());
      METRICS.claims.record(performance.now() - since, {
        'ghostly.claim.found': runs.length > 0 ? 'some' : 'none',
      });
      for (const ms of queued) METRICS.queued.record(ms, {});
      for (const run of runs) onClaimed(run, asked);
      return { runs: runs.length, waited: Math.min(...queued), contended };
    },
  };
}
