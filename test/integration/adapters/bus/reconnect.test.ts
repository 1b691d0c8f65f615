/* Connections that lose a NATS server together are all back soon, and not in the same instant. */
import { expect, it } from 'vitest';
import { type Bus, openBus } from '#shared/adapters/bus/bus.ts';
import { eventually } from '../../../support/eventually.ts';
import { quietLog } from '../../../support/log-lines.ts';
import { startTestNats } from '../../../support/servers/servers.ts';

const PROCESSES = 110;

it('110 connections that lose a NATS server together all come back, and not in the same instant', async () => {
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
  await eventually(() => expect(backAt).toHaveLength(PROCESSES));

  expect(Math.max(...backAt) - Math.min(...backAt)).toBeGreaterThan(100);
  expect(all.every((bus) => bus.connected)).toBe(true);
});
