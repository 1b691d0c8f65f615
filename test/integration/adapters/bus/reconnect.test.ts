import { expect, it } from 'vitest';
import { type Bus, openBus } from '#shared/adapters/bus/bus.ts';
import { eventually } from '../../../support/eventually.ts';
import { quietLog } from '../../../support/log-lines.ts';
import { startTestNats } from '../../../support/servers/servers.ts';

const PROCESSES = 110;
/** Longest delay between two tries, and a slow machine. */
const BACK_WITHIN_MS = 5_000;

it('110 connections that lose a NATS server together are all back soon, and not in the same instant', async () => {
  const nats = await startTestNats();
  await using buses = new AsyncDisposableStack();
  const all: Bus[] = Array.from({ length: PROCESSES }, (_, n) =>
    buses.use(openBus({ url: nats.serviceUrl, name: `process ${n}`, log: quietLog() })),
  );
  await Promise.all(all.map((bus) => bus.opened()));
  const backAt: number[] = [];
  for (const bus of all) bus.onReconnect(() => backAt.push(performance.now()));

  await nats.stop();
  await eventually(() => expect(all.filter((bus) => bus.connected)).toEqual([]));
  await nats.startAgain();
  const up = performance.now();
  await eventually(() => expect(backAt).toHaveLength(PROCESSES));

  expect(Math.max(...backAt) - up).toBeLessThan(BACK_WITHIN_MS);
  expect(Math.max(...backAt) - Math.min(...backAt)).toBeGreaterThan(100);
  expect(all.every((bus) => bus.connected)).toBe(true);
});
