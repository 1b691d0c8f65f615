/*
 * Subscribes to queued runs while this runner has room. Each run notifies one runner with room, not a hundred. Owns the
 * subscription. A notification may be lost, as with a stopped runner: the others look by themselves (I5).
 */
import type { Bus, BusSubscription } from '#shared/adapters/bus/bus.ts';
import { RUNNERS, subjects } from '#shared/adapters/bus/subjects.ts';

export interface QueueNotifications {
  /** Joins or leaves, as there is room or not. */
  update(): void;
  /** This runner is full, and what it heard meanwhile may be for others: one of those that have room looks. */
  passOn(): void;
  stop(): void;
}

export interface QueueNotificationsDeps {
  bus: Bus;
  /** This runner's labels: it is also notified of runs that ask for one of them. */
  labels: readonly string[];
  hasRoom(): boolean;
  onQueued(): void;
}

export function createQueueNotifications({
  bus,
  labels,
  hasRoom,
  onQueued,
}: QueueNotificationsDeps): QueueNotifications {
  let stopped = false;
  let places: BusSubscription[] = [];
  const all = [subjects.runQueued, ...labels.map(subjects.runQueuedFor)];

  const leave = () => {
    for (const place of places.splice(0)) place.stop();
  };
  /** One that came when the last slot had just been taken is for another runner: this one has left by then. */
  const onNotified = (subject: string) => {
    if (hasRoom()) return onQueued();
    leave();
    bus.publish(subject, {});
  };
  const join = (subject: string) => bus.subscribe(subject, () => onNotified(subject), { queue: RUNNERS });
  const returned = bus.subscribe(subjects.runReturned, onQueued);

  return {
    passOn: () => bus.publish(subjects.runQueued, {}),
    update() {
      if (stopped) return;
      if (!hasRoom()) leave();
      else if (places.length === 0) places = all.map(join);
    },
    stop() {
      stopped = true;
      leave();
      returned.stop();
    },
  };
}
