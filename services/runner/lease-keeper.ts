/*
 * Renews the leases of this runner's live actors and fences those it could not renew. Owns the heartbeat timer and, per
 * run, a timer that ends 0.6 lease after the last acknowledged heartbeat, by the monotonic clock: so its browsers are
 * closed before the database lets anybody else have the run (I2, I8).
 */
import type { RecordedCancel } from '#shared/database/runs/cancel-columns.ts';
import type { LiveActor, RenewedLease } from '#shared/database/runs/heartbeat.ts';

export interface KeptActor {
  readonly runId: string;
  readonly epoch: number;
  cancel(cancel: RecordedCancel, via: 'heartbeat'): void;
  fence(why: string): Promise<void>;
}

export interface LeaseKeeperDeps {
  heartbeatMs: number;
  fenceMs: number;
  heartbeat(actors: LiveActor[]): Promise<RenewedLease[]>;
  /** Monotonic, ms. */
  now(): number;
  onTrouble(error: unknown): void;
}

export interface LeaseKeeper extends Disposable {
  /** `since`: the monotonic time just before the claim was sent. */
  keep(actor: KeptActor, since: number): void;
  release(runId: string): void;
  holds(runId: string): boolean;
}

interface Kept {
  actor: KeptActor;
  acknowledged: number;
  timer: NodeJS.Timeout;
}

export function createLeaseKeeper(deps: LeaseKeeperDeps): LeaseKeeper {
  const { fenceMs, now } = deps;
  const kept = new Map<string, Kept>();
  let beating = false;
  let closed = false;
  let retry: NodeJS.Timeout | undefined;

  const arm = (runId: string, since: number) =>
    setTimeout(
      () => fence(runId, 'its lease could not be renewed in time'),
      Math.max(0, since + fenceMs - now()),
    );

  const fence = (runId: string, why: string) => {
    const entry = kept.get(runId);
    if (!entry) return;
    release(runId);
    entry.actor.fence(why).catch(deps.onTrouble);
  };

  const release = (runId: string) => {
    clearTimeout(kept.get(runId)?.timer);
    kept.delete(runId);
  };

  const beat = async () => {
    if (beating) return;
    beating = true;
    const sent = now();
    const asked = [...kept.values()].map(({ actor }) => actor);
    try {
      const renewed = await inTime(deps.heartbeat(asked.map(({ runId, epoch }) => ({ runId, epoch }))));
      apply(asked, new Map(renewed.map((lease) => [lease.runId, lease])), sent);
    } catch (error) {
      deps.onTrouble(error);
      // There is time for a few more before the fence.
      clearTimeout(retry);
      if (!closed) retry = setTimeout(() => void beat(), deps.heartbeatMs / 10);
    } finally {
      beating = false;
    }
  };

  /** A beat without an answer must not keep the next one waiting; its late answer is of no use. */
  const inTime = <T>(beatSent: Promise<T>): Promise<T> => {
    const { promise, reject } = Promise.withResolvers<T>();
    const limit = setTimeout(
      () => reject(new Error('the heartbeat was not answered in time')),
      deps.heartbeatMs / 2,
    );
    return Promise.race([beatSent, promise]).finally(() => clearTimeout(limit));
  };

  const apply = (asked: KeptActor[], renewed: Map<string, RenewedLease>, sent: number) => {
    for (const actor of asked) {
      const entry = kept.get(actor.runId);
      if (entry?.actor !== actor) continue; // it ended meanwhile
      const lease = renewed.get(actor.runId);
      if (!lease) {
        fence(actor.runId, 'its lease was not renewed: it is no longer the owner');
        continue;
      }
      clearTimeout(entry.timer);
      kept.set(actor.runId, { actor, acknowledged: sent, timer: arm(actor.runId, sent) });
      if (lease.cancel) actor.cancel(lease.cancel, 'heartbeat');
    }
  };

  const timer = setInterval(() => void beat(), deps.heartbeatMs);

  return {
    keep(actor, since) {
      kept.set(actor.runId, { actor, acknowledged: since, timer: arm(actor.runId, since) });
    },
    release,
    holds(runId) {
      const entry = kept.get(runId);
      return entry !== undefined && now() - entry.acknowledged < fenceMs;
    },
    [Symbol.dispose]() {
      closed = true;
      clearInterval(timer);
      clearTimeout(retry);
      for (const runId of [...kept.keys()]) release(runId);
    },
  };
}
