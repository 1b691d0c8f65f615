/* The event stream has the size that its settings say, and keeps its events when they change. */
import { randomUUID } from 'node:crypto';
import { nanos } from 'nats';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Bus, CONNECTION, openBus } from '#shared/adapters/bus/bus.ts';
import { DEFAULT_SIZE, ensureEventStream, sizeEventStream } from '#shared/adapters/bus/event-stream.ts';
import { publishEntry } from '#shared/adapters/bus/publish-entry.ts';
import { EVENT_STREAM, subjects } from '#shared/adapters/bus/subjects.ts';
import { entryOf } from '../../../support/events.ts';
import { quietLog } from '../../../support/log-lines.ts';
import { startTestNats } from '../../../support/servers/servers.ts';

const AT = '2026-01-02T03:04:05.000Z';
const DAY_MS = 86_400_000;
const SMALL = { bytes: 1024 ** 2, ageMs: DAY_MS, replicas: 1 };

let bus: Bus;
beforeAll(async () => {
  const { serviceUrl } = await startTestNats();
  bus = openBus({ url: serviceUrl, name: 'test', log: quietLog() });
});
afterAll(() => bus[Symbol.asyncDispose]());
beforeEach(async () => {
  const { streams } = await manager();
  await streams.delete(EVENT_STREAM).catch(() => undefined);
});

const manager = async () => (await bus[CONNECTION]()).jetstreamManager();
const info = async () => (await manager()).streams.info(EVENT_STREAM);
const size = async () => {
  const { max_bytes, max_age, num_replicas } = (await info()).config;
  return { max_bytes, max_age, num_replicas };
};

test('a new stream has the defaults: 1 GiB, 7 days, one server', async () => {
  await sizeEventStream(bus, DEFAULT_SIZE);
  expect(await size()).toEqual({ max_bytes: 1_073_741_824, max_age: nanos(7 * DAY_MS), num_replicas: 1 });
});

test('a stream that is there gets another size and keeps its events, and keeps the size when it is looked after', async () => {
  await ensureEventStream(bus);
  const run = { userId: randomUUID(), projectId: randomUUID(), runId: randomUUID() };
  await publishEntry(bus, run, entryOf(1, 'transition', AT));
  await Promise.all(Array.from({ length: 3 }, () => sizeEventStream(bus, SMALL)));
  await ensureEventStream(bus);
  expect(await size()).toEqual({ max_bytes: 1024 ** 2, max_age: nanos(DAY_MS), num_replicas: 1 });
  expect((await info()).state.messages).toBe(1);
});

test('what the server refuses is said in one line, and the rest is applied', async () => {
  await expect(sizeEventStream(bus, { ...SMALL, replicas: 3 })).rejects.toThrow(
    /^the event stream cannot have 3 replicas: this NATS server is not part of a cluster$/,
  );
  expect(await size()).toEqual({ max_bytes: 1024 ** 2, max_age: nanos(DAY_MS), num_replicas: 1 });
});

test('a stream gets the subjects that it lacks', async () => {
  await (await manager()).streams.add({ name: EVENT_STREAM, subjects: [subjects.allEvents] });
  await ensureEventStream(bus);
  expect((await info()).config.subjects).toEqual([subjects.allEvents, subjects.allGaps]);
});
