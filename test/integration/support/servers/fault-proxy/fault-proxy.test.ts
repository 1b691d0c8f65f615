/* The fault proxy passes on everything unchanged, and each of its faults does what its name says. */
import { describe, expect, it } from 'vitest';
import { eventually } from '../../../../support/eventually.ts';
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

describe('a trap', () => {
  it('cuts before the match, and only what came before has passed', async () => {
    const { client, session } = await talking();
    const { sprung } = world.proxy.trap({ match: 'COMMIT', when: 'before' });
    client.send('insert;COMMIT;more');
    const link = await sprung;
    await left(client, 'rst');
    await left(session, 'fin');
    expect([link.id, session.got]).toEqual([1, 'ainsert;']);
  });

  it('cuts after the match, and the answer is lost with all that follows', async () => {
    const { client, session } = await talking();
    const { sprung } = world.proxy.trap({ match: /COMMIT;/, when: 'after', how: 'fin' });
    client.send('insert;COMMIT;more');
    await sprung;
    await left(client, 'fin');
    await left(session, 'fin');
    expect(session.got).toBe('ainsert;COMMIT;');
    expect(client.got).toBe('A');
  });

  it('cuts at the answer: everything has passed, and nothing has come back', async () => {
    const { client, session } = await talking();
    const { sprung } = world.proxy.trap({ match: 'COMMIT', when: 'answered' });
    client.send('insert;COMMIT;more');
    await sprung;
    await left(client, 'rst');
    expect([session.got, client.got]).toEqual(['ainsert;COMMIT;more', 'A']);
  });

  it('finds a match that comes in parts, the one after those that may pass, on any connection, once', async () => {
    const [one, other] = [await talking(), await talking()];
    const { sprung } = world.proxy.trap({ match: 'COMMIT', when: 'after', skip: 1 });
    one.client.send('COMMIT;');
    await gets(one.client, 'ACOMMIT;');
    for (const part of ['CO', 'MM', 'IT', '!']) {
      other.client.send(part);
      await eventually(() =>
        expect(other.session.got.endsWith(part) || other.client.end !== 'open').toBe(true),
      );
    }
    expect((await sprung).id).toBe(2);
    await left(other.client, 'rst');
    expect(other.session.got).toBe('aCOMMIT');
    one.client.send('COMMIT;');
    await gets(one.client, 'ACOMMIT;COMMIT;');
  });

  it('may wait for what the server says, or be taken away', async () => {
    const { client, session } = await talking();
    const asked = world.proxy.trap({ match: 'B', direction: 'toClient', when: 'before' });
    const { disarm } = world.proxy.trap({ match: 'a', when: 'before' });
    disarm();
    client.send('abc');
    await asked.sprung;
    await left(client, 'rst');
    await left(session, 'fin');
    expect(client.got).toBe('AA');
  });
});
