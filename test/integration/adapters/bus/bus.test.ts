/* A request is answered, or fails in time if nobody answers it; all goes on once a lost server is back. */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Bus, CONNECTION, openBus } from '#shared/adapters/bus/bus.ts';
import { BusError } from '#shared/adapters/bus/errors.ts';
import { eventually, PATIENCE_MS } from '../../../support/eventually.ts';
import { quietLog } from '../../../support/log-lines.ts';
import { startTestNats, type TestNats } from '../../../support/servers/servers.ts';

let nats: TestNats;
const open: Bus[] = [];
beforeAll(async () => {
  nats = await startTestNats();
});
afterEach(async () => {
  for (const bus of open.splice(0)) await bus[Symbol.asyncDispose]();
});

async function connected(): Promise<Bus> {
  const bus = openBus({ url: nats.serviceUrl, name: 'test', log: quietLog() });
  open.push(bus);
  await bus.opened();
  return bus;
}
const subject = () => `ghostly.v1.test.${randomUUID()}`;
const failure = (asking: Promise<unknown>) =>
  asking.then(
    () => 'answered',
    (error: unknown) => (error instanceof BusError ? error.code : error),
  );

describe('asking over the bus', () => {
  it('gets the answer of who serves the subject, from another process or its own', async () => {
    const [asker, server] = [await connected(), await connected()];
    const name = subject();
    await server.respond(name, (body) => ({ got: body })).ready;
    expect(await asker.request(name, { n: 1 }, PATIENCE_MS)).toEqual({ got: { n: 1 } });
    expect(await server.request(name, null, PATIENCE_MS)).toEqual({ got: null });
  });

  it('learns at once that nobody serves it', async () => {
    const bus = await connected();
    expect(await failure(bus.request(subject(), {}, PATIENCE_MS))).toBe('no_responders');
  });

  it('waits no longer than asked for a responder that gives no answer, or fails to', async () => {
    const bus = await connected();
    const [silent, failing] = [subject(), subject()];
    await bus.respond(silent, () => undefined).ready;
    await bus.respond(failing, () => Promise.reject(new Error('not today'))).ready;
    expect(await failure(bus.request(silent, {}, 50))).toBe('timeout');
    expect(await failure(bus.request(failing, {}, 50))).toBe('timeout');
  });

  it('answers the next request while one is still being handled, and after one that failed', async () => {
    const bus = await connected();
    const name = subject();
    const slow = Promise.withResolvers<unknown>();
    await bus.respond(name, (body) => {
      if (body === 'fail') throw new Error('not today');
      return body === 'slow' ? slow.promise : 'quick';
    }).ready;
    const first = bus.request(name, 'slow', PATIENCE_MS);
    expect(await failure(bus.request(name, 'fail', 50))).toBe('timeout');
    expect(await bus.request(name, 'other', PATIENCE_MS)).toBe('quick');
    slow.resolve('done');
    expect(await first).toBe('done');
  });

  it('reaches one of a queue group', async () => {
    const [asker, one, two] = [await connected(), await connected(), await connected()];
    const name = subject();
    const handled: string[] = [];
    const serve = (bus: Bus, id: string) =>
      bus.respond(name, () => handled.push(id), { queue: 'group' }).ready;
    await Promise.all([serve(one, 'one'), serve(two, 'two')]);
    for (let n = 0; n < 20; n++) await asker.request(name, {}, PATIENCE_MS);
    expect(handled).toHaveLength(20);
    expect(new Set(handled).size).toBe(2);
  });

  it('finds nobody any more once serving has stopped', async () => {
    const bus = await connected();
    const name = subject();
    const serving = bus.respond(name, () => 'here');
    await serving.ready;
    serving.stop();
    expect(await failure(bus.request(name, {}, PATIENCE_MS))).toBe('no_responders');
  });
});

describe('listening', () => {
  it('hears what is published after `ready`, until it stops, and overhears what is not JSON', async () => {
    const [teller, listener] = [await connected(), await connected()];
    const name = subject();
    const heard: unknown[] = [];
    const listening = listener.subscribe(name, (body) => heard.push(body));
    await listening.ready;
    (await teller[CONNECTION]()).publish(name, 'not JSON');
    teller.publish(name, 1);
    await eventually(() => expect(heard).toEqual([1]));
    listening.stop();
    teller.publish(name, 2);
    await (await teller[CONNECTION]()).flush();
    await (await listener[CONNECTION]()).flush();
    expect(heard).toEqual([1]);
  });

  it('does not begin at all if it was stopped before', async () => {
    const bus = await connected();
    const name = subject();
    const serving = bus.respond(name, () => 'here');
    serving.stop();
    await serving.ready;
    expect(await failure(bus.request(name, {}, PATIENCE_MS))).toBe('no_responders');
  });
});

describe('a server that goes away', () => {
  it('is said to be away, and everything goes on when it is back on its port', async () => {
    const [asker, server] = [await connected(), await connected()];
    const name = subject();
    const heard: unknown[] = [];
    await server.respond(name, () => 'here').ready;
    await server.subscribe(`${name}.news`, (body) => heard.push(body)).ready;
    const back = Promise.withResolvers<void>();
    let calls = 0;
    const off = asker.onReconnect(() => calls++);
    server.onReconnect(back.resolve);

    await nats.stop();
    await eventually(() => expect([asker.connected, server.connected]).toEqual([false, false]));
    expect(await failure(asker.request(name, {}, PATIENCE_MS))).toBe('unavailable');
    asker.publish(`${name}.news`, 'lost');

    await nats.startAgain();
    await back.promise;
    await eventually(() => expect(calls).toBe(1));
    off();
    await eventually(async () => expect(await asker.request(name, {}, 1_000)).toBe('here'));
    asker.publish(`${name}.news`, 'heard');
    await eventually(() => expect(heard).toEqual(['heard']));
  });

  it('may also be away when the bus is opened', async () => {
    await nats.stop();
    const bus = openBus({ url: nats.serviceUrl, name: 'early', log: quietLog() });
    open.push(bus);
    const name = subject();
    const serving = bus.respond(name, () => 'here');
    expect(bus.connected).toBe(false);
    expect(await failure(bus.request(name, {}, PATIENCE_MS))).toBe('unavailable');
    await nats.startAgain();
    await serving.ready;
    expect(await bus.request(name, {}, PATIENCE_MS)).toBe('here');
  });
});

it('closing ends the connection', async () => {
  const bus = await connected();
  const closed = (await bus[CONNECTION]()).closed();
  await bus[Symbol.asyncDispose]();
  await closed;
});
