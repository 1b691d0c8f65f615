/*
 * Hears that runs are queued, while this runner has room for one. Of all runners that have room one hears of each queued
 * run, so that a run wakes one of them and not a hundred. Owns its place among them. A notification may be lost, as with
 * a runner that is stopped: the others look by themselves (I5).
 */
import type { Bus, BusSubscription } from '#shared/bus/bus.ts';
import { RUNNERS, subjects } from '#shared/bus/subjects.ts';

export interface QueueNotifications {
  /** Joins or leaves, as there is room or not. */
  update(): void;
  /** This runner is full, and what it heard meanwhile may be for others: one of those that have room looks. */
  passOn(): void;
  stop(): void;
}

export interface QueueNotificationsDeps {
  bus: Bus;
  hasRoom(): boolean;
  onQueued(): void;
}

export function createQueueNotifications({
  bus,
  hasRoom,
  onQueued,
}: QueueNotificationsDeps): QueueNotifications {
  let stopped = false;
  let place: BusSubscription | undefined;

  const leave = () => {
    place?.stop();
    place = undefined;
  };
  /** One that came when the last slot had just been taken is for another runner: this one has left by then. */
  const onNotified = () => {
    if (hasRoom()) return onQueued();
    leave();
    passOn();
  };
  const passOn = () => bus.publish(subjects.runQueued, {});
  const returned = bus.subscribe(subjects.runReturned, onQueued);

  return {
    passOn,
    update() {
      if (stopped) return;
      if (hasRoom()) place ??= bus.subscribe(subjects.runQueued, onNotified, { queue: RUNNERS });
      else leave();
    },
    stop() {
      stopped = true;
      leave();
      returned.stop();
    },
  };
}
