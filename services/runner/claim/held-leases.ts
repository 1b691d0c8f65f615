/*
 * How long each live actor may count on its lease. Owns a timer per actor that ends `fenceMs` after the last acknowledged
 * heartbeat, by the monotonic clock. Keyed by actor, not by run: a run's later actor keeps its own lease (I2).
 */
export interface HeldLeases<Actor> {
  /** `acknowledged`: the monotonic time just before the claim or the heartbeat that the database answered. */
  keep(actor: Actor, acknowledged: number): void;
  /** If it is still held: after the fence it is too late, although its timer may not have fired yet. */
  renew(actor: Actor, acknowledged: number): void;
  release(actor: Actor): void;
  holds(actor: Actor): boolean;
  /** Whether its lease was kept, and not released since. */
  has(actor: Actor): boolean;
  actors(): Actor[];
}

interface Held {
  acknowledged: number;
  timer: NodeJS.Timeout;
}

export interface HeldLeasesOptions<Actor> {
  fenceMs: number;
  /** Monotonic, ms. */
  now(): number;
  onOver(actor: Actor): void;
}

export function createHeldLeases<Actor>(options: HeldLeasesOptions<Actor>): HeldLeases<Actor> {
  const { fenceMs, now, onOver } = options;
  const held = new Map<Actor, Held>();

  const keep = (actor: Actor, acknowledged: number) => {
    clearTimeout(held.get(actor)?.timer);
    const timer = setTimeout(() => onOver(actor), Math.max(0, acknowledged + fenceMs - now()));
    held.set(actor, { acknowledged, timer });
  };

  const isGood = (entry: Held | undefined): entry is Held =>
    entry !== undefined && now() - entry.acknowledged < fenceMs;

  return {
    keep,
    renew(actor, acknowledged) {
      const entry = held.get(actor);
      // A heartbeat that was answered late is older than what is known.
      if (isGood(entry)) keep(actor, Math.max(entry.acknowledged, acknowledged));
    },
    release(actor) {
      clearTimeout(held.get(actor)?.timer);
      held.delete(actor);
    },
    holds: (actor) => isGood(held.get(actor)),
    has: (actor) => held.has(actor),
    actors: () => [...held.keys()],
  };
}
