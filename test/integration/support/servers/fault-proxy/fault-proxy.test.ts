import { once } from 'node:events';
import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { eventually } from '../../../../support/eventually.ts';
import { startFaultProxy } from '../../../../support/servers/fault-proxy/fault-proxy.ts';
import { useEcho } from './echo-world.ts';

const world = useEcho();
const { dial, talking, gets, left, nothingComes } = world;

describe('a proxy without a fault', () => {
  it('passes on everything, both ways, with half-closed ends', async () => {
    const { client, session } = await talking();
    client.socket.end('b');
    await left(client, 'fin');
    expect([client.got, session.got, session.end]).toEqual(['AB', 'ab', 'fin']);
    await eventually(() => expect(world.proxy.links).toEqual([]));
  });

  it('passes on megabytes unchanged', async () => {
    const client = await dial();
    const text = 'x'.repeat(4 * 1024 * 1024);
    client.send(text);
    await eventually(() => expect(client.got.length).toBe(text.length));
    expect(client.got).toBe(text.toUpperCase());
  });

  it('passes on a reset of either side', async () => {
    const one = await talking();
    one.client.socket.resetAndDestroy();
    await left(one.session, 'rst');
    const other = await talking();
    other.session.socket.resetAndDestroy();
    await left(other.client, 'rst');
  });

  it('tells a client of a server that is not there', async () => {
    await using nowhere = await startFaultProxy('tcp://127.0.0.1:1/');
    const socket = new Socket();
    socket.connect(nowhere.port, '127.0.0.1');
    const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNRESET');
  });
});

describe('a cut', () => {
  it.each(['rst', 'fin'] as const)(
    'by %s is seen on both sides, and new connections come through',
    async (how) => {
      const { client, session } = await talking();
      world.proxy.cut(how);
      await left(client, how);
      await left(session, how);
      await talking();
    },
  );

  it('of a connection that is just ending leaves nothing of it', async () => {
    const { client, session } = await talking();
    world.proxy.cut('fin');
    // Its end is under way, and not over.
    await Promise.resolve();
    world.proxy.cut('rst');
    await eventually(() => expect(world.proxy.links).toEqual([]));
    expect([client.end, session.end]).not.toContain('open');
  });

  it('of one connection leaves the others', async () => {
    const [one, other] = [await talking(), await talking()];
    world.proxy.links[0]!.cut();
    await left(one.client, 'rst');
    other.client.send('b');
    await gets(other.client, 'AB');
    expect(world.proxy.links.map(({ id }) => id)).toEqual([2]);
  });

  it('that refuses new connections lasts until it is healed', async () => {
    const { client } = await talking();
    world.proxy.refuse();
    client.send('b');
    await gets(client, 'AB');
    await left(await dial(), 'rst');
    world.proxy.sever('fin');
    await left(client, 'fin');
    await left(await dial(), 'rst');
    expect(world.echo.sessions).toHaveLength(1);
    world.proxy.heal();
    await talking();
  });
});

describe('a held connection', () => {
  it('passes nothing, and what waited when it is healed', async () => {
    const { client, session } = await talking();
    world.proxy.hold();
    client.send('b');
    session.socket.write('C');
    await nothingComes(client, 'A');
    expect(session.got).toBe('a');
    world.proxy.heal();
    await gets(client, 'ACB');
  });

  it('can be held in one direction only', async () => {
    const { client, session } = await talking();
    world.proxy.hold('toClient');
    client.send('b');
    await eventually(() => expect(session.got).toBe('ab'));
    await nothingComes(client, 'A');
    world.proxy.heal();
    await gets(client, 'AB');
    world.proxy.hold('toServer');
    client.send('c');
    session.socket.write('!');
    await gets(client, 'AB!');
    expect(session.got).toBe('ab');
  });

  it('reaches the server only when it is healed, if it is new', async () => {
    world.proxy.hold();
    const client = await dial();
    client.send('a');
    await nothingComes(client, '');
    expect(world.echo.sessions.filter(({ got }) => got.includes('a'))).toEqual([]);
    world.proxy.heal();
    await gets(client, 'A');
  });

  it('does not tell the server that the client has died', async () => {
    const { client, session } = await talking();
    world.proxy.hold();
    client.socket.resetAndDestroy();
    await nothingComes(session, 'a');
    expect(session.end).toBe('open');
    world.proxy.heal();
    await eventually(() => expect(session.end).not.toBe('open'));
  });
});

describe('a swallowing connection', () => {
  it('takes what is sent in silence, also a new one, and is reset when it is healed', async () => {
    const { client, session } = await talking();
    world.proxy.swallow();
    client.send('b');
    const late = await dial();
    late.send('c');
    await nothingComes(client, 'A');
    client.socket.end();
    await nothingComes(session, 'a');
    expect([client.end, late.end, session.end]).toEqual(['open', 'open', 'open']);
    world.proxy.heal();
    await left(client, 'rst');
    await left(session, 'rst');
    await left(late, 'rst');
    await talking();
  });

  it('may swallow answers only', async () => {
    const { client, session } = await talking();
    world.proxy.swallow('toClient');
    client.send('b');
    await eventually(() => expect(session.got).toBe('ab'));
    await nothingComes(client, 'A');
  });
});

describe('a slow connection', () => {
  it('delays each byte, in order, and what is healed goes on at once', async () => {
    const { client } = await talking();
    world.proxy.delay(60);
    const start = performance.now();
    client.send('b');
    await gets(client, 'AB');
    expect(performance.now() - start).toBeGreaterThanOrEqual(115);
    world.proxy.delay(600_000, 'toServer');
    client.send('c');
    await nothingComes(client, 'AB');
    world.proxy.heal();
    await gets(client, 'ABC');
  });

  it('passes so many bytes in a second', async () => {
    const { client } = await talking();
    world.proxy.throttle(100_000, 'toServer');
    const start = performance.now();
    client.send('b'.repeat(20_000));
    await eventually(() => expect(client.got).toHaveLength(20_001), { everyMs: 5 });
    const took = performance.now() - start;
    expect(took).toBeGreaterThanOrEqual(150);
    world.proxy.heal();
    client.send('c'.repeat(1_000_000));
    await eventually(() => expect(client.got).toHaveLength(1_020_001));
  });
});

it('the fault proxy closes every connection and timer when it is closed', async () => {
  const before = timers();
  const [held, slow] = [await talking(), await talking()];
  world.proxy.links[0]!.hold();
  world.proxy.links[1]!.delay(600_000);
  held.client.send('b');
  slow.client.send('b');
  await world.proxy[Symbol.asyncDispose]();
  expect(world.proxy.links).toEqual([]);
  for (const { client, session } of [held, slow]) {
    await eventually(() => expect([client.end, session.end]).not.toContain('open'));
  }
  // Only those of the test itself may be left; what was slow would wait for minutes.
  await eventually(() => expect(timers()).toBeLessThanOrEqual(before));
});

const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
