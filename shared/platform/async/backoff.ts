/*
 * How long to wait before the next try. At random from nothing up to a bound that doubles ("full jitter"): of a hundred
 * processes that lose a server at the same instant no two dozen come back in the same one. For Node and for browsers.
 */
export interface Backoff {
  firstMs: number;
  maxMs: number;
}

/** `failures`: how many tries have failed before the one that has just failed. */
export const backoffMs = (
  { firstMs, maxMs }: Backoff,
  failures: number,
  random: () => number = Math.random,
): number => random() * Math.min(maxMs, firstMs * 2 ** failures);

/** At random around `ms`, half of it less or more: for what goes on at about this pace, failure or not. */
export const spreadMs = (ms: number, random: () => number = Math.random): number => ms * (0.5 + random());
