/*
 * Renews the leases of live actors and fences those it could not renew, 0.6 lease after the last acknowledged heartbeat:
 * so browsers close before another runner has the run (I2, I8). Owns `heartbeats.ts` and `held-leases.ts`.
 */
import type { RecordedCancel } from '#shared/adapters/database/runs/cancel-columns.ts';
import type { LiveActor, RenewedLease } from '#shared/adapters/database/runs/heartbeat.ts';
import { startHeartbeats } from './heartbeats.ts';
import { createHeldLeases } from './held-leases.ts';

interface KeptActor {
  readonly runId: string;
  readonly epoch: number;
  cancel(cancel: RecordedCancel, via: 'heartbeat'): void;
  /** Its run has so many orders. */
  ordered(count: number): void;
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
  /** A heartbeat of the last `fenceMs` was acknowledged: the lease of a run that is claimed now can be renewed. */
  readonly canRenew: boolean;
}

/** `sent`: when, monotonic. */
interface Answer {
  asked: KeptActor[];
  renewed: RenewedLease[];
  sent: number;
}

export function createLeaseKeeper(deps: LeaseKeeperDeps): LeaseKeeper {
  const { now, fenceMs, heartbeatMs, onError } = deps;
  const leases = createHeldLeases<KeptActor>({
    fenceMs,
    now,
    onOver: (actor) => fence(actor, 'its lease could not be renewed in time'),
  });

  const fence = (actor: KeptActor, why: string) => {
    leases.release(actor);
    actor.fence(why).catch(deps.onError);
  };

  /** When the last acknowledged heartbeat was sent; at the start, when the runner registered. */
  let heard = now();

  /** It counts from the moment its heartbeat was sent, however late it comes, since the lease was renewed then or later. */
  const apply = ({ asked, renewed, sent }: Answer) => {
    heard = Math.max(heard, sent);
    for (const actor of asked) {
      if (!leases.has(actor)) continue; // it ended meanwhile
      const lease = renewed.find(({ runId, epoch }) => runId === actor.runId && epoch === actor.epoch);
      if (lease) leases.renew(actor, sent);
      else fence(actor, 'its lease was not renewed: it is no longer the owner');
      if (lease && lease.orders > 0) actor.ordered(lease.orders);
      if (lease?.cancel) actor.cancel(lease.cancel, 'heartbeat');
    }
  };

  const send = async (): Promise<Answer> => {
    const [sent, asked] = [now(), leases.actors()];
    const renewed = await deps.heartbeat(asked.map(({ runId, epoch }) => ({ runId, epoch })));
    return { asked, renewed, sent };
  };

  const heartbeats = startHeartbeats({ everyMs: heartbeatMs, send, onAnswer: apply, onError });

  return {
    ...leases,
    get canRenew() {
      return now() - heard < fenceMs;
    },
    [Symbol.dispose]() {
      heartbeats[Symbol.dispose]();
      for (const actor of leases.actors()) leases.release(actor);
    },
  };
}
