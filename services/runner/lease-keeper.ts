/*
 * Renews the leases of this runner's live actors and fences those it could not renew. Owns the heartbeat timer and, per
 * actor, a timer that ends 0.6 lease after the last acknowledged heartbeat, by the monotonic clock: so its browsers are
 * closed before the database lets anybody else have the run (I2, I8). Actors are told apart by identity, not by their
 * run: the end of one must not touch the lease of the next one of the same run.
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
  release(actor: KeptActor): void;
  holds(actor: KeptActor): boolean;
}

interface Kept {
  acknowledged: number;
  timer: NodeJS.Timeout;
}

export function createLeaseKeeper(deps: LeaseKeeperDeps): LeaseKeeper {
  const { fenceMs, now } = deps;
  const kept = new Map<KeptActor, Kept>();
  let beating = false;
  let closed = false;
  let retry: NodeJS.Timeout | undefined;

  const keep = (actor: KeptActor, acknowledged: number) => {
    clearTimeout(kept.get(actor)?.timer);
    const timer = setTimeout(
      () => fence(actor, 'its lease could not be renewed in time'),
      Math.max(0, acknowledged + fenceMs - now()),
    );
    kept.set(actor, { acknowledged, timer });
  };

  const fence = (actor: KeptActor, why: string) => {
    release(actor);
    actor.fence(why).catch(deps.onTrouble);
  };

  const release = (actor: KeptActor) => {
    clearTimeout(kept.get(actor)?.timer);
    kept.delete(actor);
  };

  const beat = async () => {
    if (beating) return;
    beating = true;
    const sent = now();
    const asked = [...kept.keys()];
    try {
      apply(asked, await inTime(deps.heartbeat(asked.map(({ runId, epoch }) => ({ runId, epoch })))), sent);
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

  const apply = (asked: KeptActor[], renewed: RenewedLease[], sent: number) => {
    for (const actor of asked) {
      if (!kept.has(actor)) continue; // it ended meanwhile
      const lease = renewed.find(({ runId, epoch }) => runId === actor.runId && epoch === actor.epoch);
      if (!lease) {
        fence(actor, 'its lease was not renewed: it is no longer the owner');
        continue;
      }
      keep(actor, sent);
      if (lease.cancel) actor.cancel(lease.cancel, 'heartbeat');
    }
  };

  const timer = setInterval(() => void beat(), deps.heartbeatMs);

  return {
    keep,
    release,
    holds(actor) {
      const entry = kept.get(actor);
      return entry !== undefined && now() - entry.acknowledged < fenceMs;
    },
    [Symbol.dispose]() {
      closed = true;
      clearInterval(timer);
      clearTimeout(retry);
      for (const actor of [...kept.keys()]) release(actor);
    },
  };
}
