/*
 * Estimates how many runs of each user wait. Owns the last count and the runs accepted since; other gateways accept
 * too, so a count near the limit is renewed sooner: the limit holds within a few percent (I13). Counting delays no start (I14).
 */
import { createTurns } from '#shared/platform/async/turns.ts';
import type { Log } from '#shared/platform/log/log.ts';

export interface QueueEstimate {
  /**
   * Whether one more run of the user may wait; then it is counted as waiting. One for which others leave the queue
   * always may.
   */
  take(userId: string, leaving: number): boolean;
}

export interface QueueEstimateDeps {
  /** The most runs of one user that may wait. */
  max: number;
  /** How many of a user wait now; of more than `max` it may say `max`. */
  count(userId: string): Promise<number>;
  log: Pick<Log, 'warn'>;
  /** Ms, monotonic. */
  now?: () => number;
}

interface Estimate {
  waiting: number;
  /** Let in since the last count began. */
  since: number;
  counting: boolean;
  /** When the last count began. */
  at: number;
}

/** So many runs of one user all gateways together may let in per ms, for the limit to hold as said. */
const PER_MS = 2;
/** A count is good for at least, and at most, so long, ms. */
const LEAST_MS = 1_000;
const MOST_MS = 60_000;
/** Most users of which something is known; one that was forgotten is counted again. */
const USERS = 10_000;

export function createQueueEstimate(deps: QueueEstimateDeps): QueueEstimate {
  const { max, count, log, now = () => performance.now() } = deps;
  const estimates = new Map<string, Estimate>();
  const turns = createTurns(1);

  const recount = async (userId: string, estimate: Estimate): Promise<void> => {
    Object.assign(estimate, { counting: true, since: 0, at: now() });
    try {
      const counted = await turns.take(() => count(userId));
      estimate.waiting = counted + estimate.since;
    } catch (error) {
      log.warn({ err: error }, 'the waiting runs of a user could not be counted: the last number stays');
    } finally {
      estimate.counting = false;
    }
  };

  return {
    take(userId, leaving) {
      const estimate = estimates.get(userId) ?? remember(estimates, userId);
      const { waiting, counting, at } = estimate;
      if (!counting && now() - at >= goodFor(max - waiting)) void recount(userId, estimate);
      if (leaving === 0 && waiting >= max) return false;
      estimate.waiting += 1 - leaving;
      estimate.since += 1 - leaving;
      return true;
    },
  };
}

const goodFor = (room: number): number => Math.min(Math.max(room / PER_MS, LEAST_MS), MOST_MS);

/** Nothing is known of the user yet: let in until it is counted. */
function remember(estimates: Map<string, Estimate>, userId: string): Estimate {
  if (estimates.size >= USERS) estimates.delete(estimates.keys().next().value!);
  const estimate = { waiting: 0, since: 0, counting: false, at: Number.NEGATIVE_INFINITY };
  estimates.set(userId, estimate);
  return estimate;
}
