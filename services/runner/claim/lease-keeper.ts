/*
 * Renews the leases of this runner's live actors and fences those it could not renew. Owns the heartbeat timer and,
 * per actor, a timer that ends 0.6 lease after the last acknowledged heartbeat, by the monotonic clock: so its
 * browsers are closed before the database lets another runner have the run (I2, I8). Heartbeats may overlap: a slow
 * database is not a dead one. Actors are compared by identity, not by run: the end of one must not affect the lease
 * of a later actor of the same run.
 */
import type { RecordedCancel } from '#shared/database/runs/cancel-columns.ts';
import type { LiveActor, RenewedLease } from '#shared/database/runs/heartbeat.ts';

interface KeptActor {
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
  onError(error: unknown): void;
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
  /** The last heartbeat, while it may still be answered in time. */
  let latest: Promise<RenewedLease[]> | undefined;
  /** Fires when that heartbeat counts as unanswered, or when its replacement is due. */
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

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
    actor.fence(why).catch(deps.onError);
  };

  const release = (actor: KeptActor) => {
    clearTimeout(kept.get(actor)?.timer);
    kept.delete(actor);
  };

  /**
   * An answer counts from the moment its heartbeat was sent, however late it comes, since the lease was renewed then
   * or later. A heartbeat that failed or is unanswered is soon followed by another: there is time for a few before
   * the fence.
   */
  const beat = () => {
    const sent = now();
    const asked = [...kept.keys()];
    const answer = deps.heartbeat(asked.map(({ runId, epoch }) => ({ runId, epoch })));
    latest = answer;
    clearTimeout(timer);
    timer = setTimeout(() => {
      deps.onError(new Error('the heartbeat was not answered in time'));
      beatSoon();
    }, deps.heartbeatMs / 2);
    answer.then(
      (renewed) => {
        if (latest === answer) rest();
        apply(asked, renewed, sent);
      },
      (error: unknown) => {
        deps.onError(error);
        if (latest === answer) beatSoon();
      },
    );
  };

  /** No heartbeat is pending. */
  const rest = () => {
    latest = undefined;
    clearTimeout(timer);
  };

  const beatSoon = () => {
    rest();
    if (!closed) timer = setTimeout(beat, deps.heartbeatMs / 10);
  };

  const apply = (asked: KeptActor[], renewed: RenewedLease[], sent: number) => {
    for (const actor of asked) {
      const entry = kept.get(actor);
      if (!entry) continue; // it ended meanwhile
      const lease = renewed.find(({ runId, epoch }) => runId === actor.runId && epoch === actor.epoch);
      if (!lease) {
        fence(actor, 'its lease was not renewed: it is no longer the owner');
        continue;
      }
      // After the fence it is too late, although its timer may not have fired yet.
      if (holds(actor)) keep(actor, Math.max(entry.acknowledged, sent));
      if (lease.cancel) actor.cancel(lease.cancel, 'heartbeat');
    }
  };

  const holds = (actor: KeptActor) => {
    const entry = kept.get(actor);
    return entry !== undefined && now() - entry.acknowledged < fenceMs;
  };

  const beats = setInterval(() => {
    if (latest === undefined) beat();
  }, deps.heartbeatMs);

  return {
    keep,
    release,
    holds,
    [Symbol.dispose]() {
      closed = true;
      clearInterval(beats);
      rest();
      for (const actor of [...kept.keys()]) release(actor);
    },
  };
}
