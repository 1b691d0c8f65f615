/*
 * The response that one watcher reads. Owns what is known of its reader: whether it takes more, and whether it is gone;
 * one that has taken nothing for too long is made to be. Keeps the connection alive with pings.
 */
import type { Writable } from 'node:stream';
import { formatPing } from './sse.ts';

export interface Outlet {
  /** Resolves when it is ended or its reader is gone. */
  readonly gone: Promise<void>;
  /** It takes no more until `onDrain`. */
  readonly isBlocked: boolean;
  readonly isGone: boolean;
  write(text: string): void;
  end(): void;
  /** No more pings. */
  close(): void;
}

const PING_MS = 15_000;
/** A watcher that has taken nothing for so long is gone, ms. */
const STALLED_MS = 120_000;

export function openOutlet(out: Writable, now: () => number, onDrain: () => void): Outlet {
  const gone = Promise.withResolvers<void>();
  let blockedSince: number | undefined;
  out.once('close', () => gone.resolve());
  out.on('error', () => gone.resolve()); // the watcher went away in the middle of a write
  if (out.destroyed) gone.resolve(); // it went away before, and says so only once

  const write = (text: string) => {
    if (!out.write(text)) blockedSince ??= now();
  };
  out.on('drain', () => {
    blockedSince = undefined;
    onDrain();
  });
  const ping = setInterval(() => {
    if (out.writableEnded) blockedSince ??= now(); // it has not taken the end yet: nothing may follow
    if (blockedSince === undefined) write(formatPing(now()));
    else if (now() - blockedSince > STALLED_MS) out.destroy();
  }, PING_MS);

  return {
    gone: gone.promise,
    get isBlocked() {
      return blockedSince !== undefined;
    },
    get isGone() {
      return out.destroyed;
    },
    write,
    end: () => void out.end(),
    close: () => clearInterval(ping),
  };
}
