/*
 * What a process does when a publication finds no stream of events. Owns when it last asked JetStream: one look at a
 * time, and one each five seconds, however many publications fail: the server is in difficulties already (I13).
 */
import { ErrorCode, NatsError } from 'nats';
import type { Bus } from './bus.ts';
import { ensureEventStream } from './event-stream.ts';

const EVERY_MS = 5_000;

/**
 * Whether the stream may be missing: it was wiped, or is not created yet. An acknowledgement that is late says nothing of
 * that; with another subscriber to its subject a publication without a stream is late too, and is published again later.
 */
export const mayLackStream = (error: unknown): boolean =>
  error instanceof NatsError && (error.code === ErrorCode.NoResponders || error.api_error?.code === 404);

/** Creates the stream if it is missing; resolves or rejects with the last look if that was just now. */
export type EnsureAtTimes = (bus: Bus) => Promise<void>;

export function createEnsureAtTimes(now: () => number = () => performance.now()): EnsureAtTimes {
  const lastOf = new WeakMap<Bus, { look: Promise<void>; at: number; isOver: boolean }>();
  return (bus) => {
    const last = lastOf.get(bus);
    if (last && (!last.isOver || now() - last.at < EVERY_MS)) return last.look;
    const started = { look: ensureEventStream(bus), at: now(), isOver: false };
    lastOf.set(bus, started);
    const over = () => {
      started.isOver = true;
    };
    started.look.then(over, over);
    return started.look;
  };
}

/** The looks of this process, which has one connection. */
export const ensureAtTimes = createEnsureAtTimes();
