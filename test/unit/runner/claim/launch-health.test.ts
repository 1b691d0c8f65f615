/* I13: a runner takes runs only while browsers start, and pages that hang browsers do not stop it. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { BrowserError, type BrowserErrorCode } from '../../../../services/runner/browser/errors.ts';
import { createLaunchHealth, type LaunchHealth } from '../../../../services/runner/claim/launch-health.ts';
import { quietLog } from '../../../support/log-lines.ts';

let works: boolean;
let tests: number[];
let readyAt: number[];
let health: LaunchHealth;

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  works = true;
  tests = [];
  readyAt = [];
});
afterEach(() => {
  health[Symbol.dispose]();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

const open = () =>
  createLaunchHealth({
    log: quietLog(),
    async testLaunch() {
      tests.push(Date.now());
      if (!works) throw new Error('Chromium did not start');
    },
    onReady: () => readyAt.push(Date.now()),
    firstRetryMs: 1_000,
    maxRetryMs: 4_000,
  });
const failure = (code: BrowserErrorCode = 'browser_launch_failed') =>
  health.watch(Promise.reject(new BrowserError(code, 'no browser'))).catch(() => undefined);
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

it('I13: a runner takes no run before a browser has started', async () => {
  health = open();
  expect(health.ready).toBe(false);
  await health.tried;
  expect([health.ready, health.trouble]).toEqual([true, undefined]);
});

it('I13: a runner tries again by itself, less and less often, and goes on when a browser starts', async () => {
  works = false;
  health = open();
  await health.tried;
  await pass(11_000);
  expect(tests).toEqual([0, 1_000, 3_000, 7_000, 11_000]);
  expect([health.ready, health.trouble]).toEqual([false, 'Chromium did not start']);
  works = true;
  await pass(4_000);
  expect([health.ready, readyAt]).toEqual([true, [15_000]]);
});

it('I13: a runner takes no more runs after three failed launches in a row, until a test launch works', async () => {
  health = open();
  await health.tried;
  await failure();
  await failure();
  await health.watch(Promise.resolve('a browser'));
  await failure();
  await failure();
  expect(health.ready).toBe(true);
  await failure();
  await failure();
  expect([health.ready, health.trouble]).toEqual([false, 'no browser']);
  await pass(1_000);
  expect([health.ready, health.trouble, tests]).toEqual([true, undefined, [0, 1_000]]);
});

it('I13: a runner counts a browser that gave no page once, however many runs waited for it', async () => {
  health = open();
  await health.tried;
  for (let launches = 0; launches < 2; launches += 1) {
    const shared = Promise.reject(new BrowserError('browser_pageless', 'no page'));
    await Promise.allSettled([health.watch(shared), health.watch(shared), health.watch(shared)]);
  }
  expect(health.ready).toBe(true);
  await failure();
  expect(health.ready).toBe(false);
});

it('I13: a runner goes on claiming however often pages hang their browsers', async () => {
  health = open();
  await health.tried;
  for (let times = 0; times < 5; times += 1) await failure('browser_unresponsive');
  expect([health.ready, health.trouble]).toEqual([true, undefined]);
});
