import { describe, expect, it } from 'vitest';
import { eventually } from '../../../../support/eventually.ts';
import { useEcho } from './echo-world.ts';

const world = useEcho();
const { talking, gets, left } = world;

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
