/* Processes that lose a server together come back at different times, within a bound. */
import { expect, it } from 'vitest';
import { createReconnectDelay } from '#shared/adapters/bus/reconnect-delay.ts';
import { backoffMs, spreadMs } from '#shared/platform/async/backoff.ts';

const BACKOFF = { firstMs: 100, maxMs: 1_000 };
const PROCESSES = 110;

/** How many of the times fall into the fullest tenth of `withinMs`. */
function fullestTenth(times: number[], withinMs: number): number {
  const tenths = new Map<number, number>();
  for (const time of times) {
    const tenth = Math.floor((10 * time) / withinMs);
    tenths.set(tenth, (tenths.get(tenth) ?? 0) + 1);
  }
  return Math.max(...tenths.values());
}

it('a wait is anything up to a bound that doubles, and is capped', () => {
  const bounds = Array.from({ length: 6 }, (_, failures) => backoffMs(BACKOFF, failures, () => 1));
  expect(bounds).toEqual([100, 200, 400, 800, 1_000, 1_000]);
  expect(backoffMs(BACKOFF, 5_000, () => 1)).toBe(1_000);
  expect(backoffMs(BACKOFF, 3, () => 0)).toBe(0);
  expect([spreadMs(200, () => 0), spreadMs(200, () => 1)]).toEqual([100, 300]);
});

it('110 processes that lose a server together wait for different times', () => {
  const waits = Array.from({ length: PROCESSES }, () => backoffMs(BACKOFF, 9));
  expect(fullestTenth(waits, BACKOFF.maxMs)).toBeLessThan(PROCESSES / 3);
  expect(Math.max(...waits) - Math.min(...waits)).toBeGreaterThan(BACKOFF.maxMs / 2);
});

/** When a client of NATS tries after a loss, ms: at once, then when a delay since the last try is over. As the client does it. */
function tries(count: number, delay = createReconnectDelayAt()): number[] {
  const at: number[] = [];
  let last = Number.NEGATIVE_INFINITY;
  while (at.length < count) {
    const wait = delay.next();
    const rest = last + wait - delay.clock.ms;
    if (rest > 0) delay.clock.ms += rest;
    else {
      last = delay.clock.ms;
      at.push(last);
      delay.clock.ms += 2; // the refusal
    }
  }
  return at;
}

function createReconnectDelayAt(random?: () => number) {
  const clock = { ms: 0 };
  return { ...createReconnectDelay(() => clock.ms, random), clock };
}

it('a connection to NATS is tried at once, then after the delays that were drawn, each of them once', () => {
  const at = tries(
    6,
    createReconnectDelayAt(() => 1),
  );
  const waits = at.slice(1).map((time, n) => time - at[n]!);
  expect(waits[0]).toBe(200);
  for (const [n, wait] of waits.entries()) {
    expect(wait).toBeLessThanOrEqual(1_002);
    expect(wait).toBeGreaterThanOrEqual(waits[n - 1] ?? 0);
  }
});

it('110 connections to NATS that are lost together are tried again at different times', () => {
  const second = Array.from({ length: PROCESSES }, () => tries(2)[1]!);
  expect(fullestTenth(second, 200)).toBeLessThan(PROCESSES / 3);
  const sixth = Array.from({ length: PROCESSES }, () => tries(6)[5]!);
  expect(Math.max(...sixth) - Math.min(...sixth)).toBeGreaterThan(500);
});

it('after it was up, a connection to NATS begins with short delays', () => {
  const delay = createReconnectDelayAt(() => 1);
  tries(8, delay);
  expect(delay.next()).toBe(1_000);
  delay.reset();
  expect(delay.next()).toBe(200);
});
