/* I10, I11: a subscriber signs in with a key that may read, and its connection ends with that key. */
import { randomUUID } from 'node:crypto';
import { connect, type NatsConnection } from 'nats';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CONNECTION } from '#shared/adapters/bus/bus.ts';
import { subjects } from '#shared/adapters/bus/subjects.ts';
import { deleteApiKey } from '#shared/adapters/database/accounts/api-keys.ts';
import { generateKey } from '#shared/adapters/database/accounts/key.ts';
import { eventually, PATIENCE_MS } from '../../../support/eventually.ts';
import { createWorld, type Ear, type Holder, listenTo, type World } from './fixture.ts';

let world: World;
let ann: Holder;
/** What gateways answer to sign-ins. */
let answers: Ear;

beforeAll(async () => {
  world = await createWorld();
  ann = await world.addHolder();
  answers = await listenTo(await world.bus[CONNECTION](), '$SYS._INBOX.>');
});
afterAll(() => world.close());

const REFUSED = /authorization violation/i;

/** Why a gateway refuses, of its answer. */
function refusalIn(jwt: string): unknown {
  const [, payload = ''] = jwt.split('.');
  return JSON.parse(String(Buffer.from(payload, 'base64url'))).nats.error;
}

/** Resolves when the server has ended the connection. */
async function ended(connection: NatsConnection): Promise<string> {
  for await (const { type } of connection.status()) if (type === 'disconnect') return type;
  throw new Error('closed by its client');
}

describe('a sign-in', () => {
  test.each<[string, (holder: Holder) => Parameters<World['open']>[0]]>([
    ['as token', ({ key }) => ({ token: key })],
    ['as password of any user', ({ key }) => ({ user: 'any-user', pass: key })],
    ['as password of the durable user', ({ key }) => ({ user: 'durable', pass: key })],
  ])('succeeds with a key that may read, %s', async (_, options) => {
    const connection = await world.open(options(ann));
    await connection.flush();
    expect(connection.isClosed()).toBe(false);
  });

  test.each<[string, () => Promise<string> | string]>([
    ['that nobody has', () => generateKey().key],
    ['that is none', () => 'sesame'],
    ['that is empty', () => ''],
    ['that is huge', () => 'x'.repeat(3_000)],
    ['with a NUL', () => `gly_\0${'x'.repeat(42)}`],
    ['that is its own hash or prefix', () => ann.key.slice(0, 8)],
    ['without the scope to read', async () => (await world.addKey(ann.userId, ['runs:write'])).key],
    ['that has expired', async () => (await world.addKey(ann.userId, ['runs:read'], new Date(0))).key],
    [
      'that was revoked',
      async () => {
        const { key, keyId } = await world.addKey(ann.userId);
        await deleteApiKey(world.sql, keyId, ann);
        return key;
      },
    ],
    [
      'of a user who was deleted',
      async () => {
        const gone = await world.addHolder();
        await world.sql.rows('update users set deleted_at = now() where id = $1', [gone.userId]);
        return gone.key;
      },
    ],
  ])('is refused by the gateway with a key %s', async (_, make) => {
    const key = await make();
    const before = answers.heard.length;
    await expect(world.open({ token: key })).rejects.toThrow(REFUSED);
    await expect(world.open({ user: 'durable', pass: key })).rejects.toThrow(REFUSED);
    await (await world.bus[CONNECTION]()).flush();
    const refusals = answers.heard.slice(before).map(({ text }) => refusalIn(text));
    expect(refusals).toEqual([refusals[0], refusals[0]]);
    expect(refusals[0]).toMatch(/^(unauthorized|forbidden)$/);
  });

  test.each(['service', 'reader'])('is refused with the name of %s and a key', async (user) => {
    await expect(world.open({ user, pass: ann.key })).rejects.toThrow(REFUSED);
  });

  test('I10: leaves the key in no log', async () => {
    await world.live(ann);
    await expect(world.open({ token: `${ann.key}x` })).rejects.toThrow(REFUSED);
    expect(world.lines.join('\n')).not.toContain(ann.key.slice(8));
  });

  test('notes that the key was used', async () => {
    const { key, keyId } = await world.addKey(ann.userId);
    await world.live({ key });
    await eventually(async () => {
      const row = await world.sql.row<{ at: Date | null }>(
        'select last_used_at as at from api_keys where id = $1',
        [keyId],
      );
      expect(row?.at).not.toBeNull();
    });
  });
});

describe('a connection that is open', () => {
  test('ends within seconds of its key being revoked, and does not come back', async () => {
    const { key, keyId, handle } = await world.addKey(ann.userId);
    const open = await Promise.all([world.live({ key }), world.durable({ key, handle })]);
    const closed = Promise.all(open.map((connection) => connection.closed()));
    await deleteApiKey(world.sql, keyId, ann);
    expect(await closed).toEqual([
      expect.objectContaining({ code: 'AUTHORIZATION_VIOLATION' }),
      expect.anything(),
    ]);
  });

  test('ends within seconds of its user being deleted', async () => {
    const gone = await world.addHolder();
    const closed = (await world.live(gone)).closed();
    await world.sql.rows('update users set deleted_at = now() where id = $1', [gone.userId]);
    expect(await closed).toBeInstanceOf(Error);
  });

  test('ends when its key expires', async () => {
    let lastsMs = 750;
    // A slow machine may sign in after the end of its key: the next one lasts longer.
    const connection = await eventually(async () => {
      lastsMs *= 2;
      const { key } = await world.addKey(ann.userId, ['runs:read'], new Date(Date.now() + lastsMs));
      return world.live({ key });
    });
    expect(await connection.closed()).toBeInstanceOf(Error);
  });

  test('I11: gets the rights to a project within seconds of the user joining it, and loses them alike', async () => {
    const [guest, host] = [await world.addHolder(), await world.addHolder()];
    const connection = await world.live(guest);
    const subject = subjects.eventsOfProject(host.projectId);
    await expect(listenTo(connection, subject)).rejects.toThrow(/permissions/i);

    const joined = ended(connection);
    await world.join(host.projectId, guest);
    await joined;
    const ear = await eventually(() => listenTo(connection, subject));
    const runId = await world.say(host);
    await ear.until(runId);

    const left = ended(connection);
    await world.leave(host.projectId, guest);
    await left;
    await eventually(() => expect(connection.isClosed()).toBe(false));
    await expect(listenTo(connection, subject)).rejects.toThrow(/permissions/i);
    const before = ear.heard.length;
    await world.say(host);
    await connection.flush();
    expect(ear.heard).toHaveLength(before);
  });

  test('is left alone while nothing changes', async () => {
    const connection = await world.live(ann);
    let interruptions = 0;
    void ended(connection).then(
      () => (interruptions += 1),
      () => undefined,
    );
    const other = await world.addHolder();
    const otherEnded = (await world.live(other)).closed();
    await deleteApiKey(world.sql, other.keyId, other);
    await otherEnded; // so a look has taken place
    await connection.flush();
    expect(interruptions).toBe(0);
  });
});

describe('without a gateway', () => {
  test('a client without a password is refused, and the services go on', async () => {
    const lonely = await createWorld();
    try {
      const holder = await lonely.addHolder();
      await (await lonely.live(holder)).flush();
      await lonely.gateway[Symbol.asyncDispose]();
      await expect(lonely.open({ token: holder.key })).rejects.toThrow(REFUSED);

      const service = await connect({ ...userOf(lonely.nats.serviceUrl), timeout: PATIENCE_MS });
      await service.flush();
      await service.close();
      await lonely.say(holder, 1, randomUUID());

      const again = await lonely.serve();
      await (await lonely.live(holder)).flush();
      await again[Symbol.asyncDispose]();
    } finally {
      await lonely.close();
    }
  });

  test('a second one answers, after the first was stopped', async () => {
    const second = await world.serve();
    await world.gateway[Symbol.asyncDispose]();
    await (await world.live(ann)).flush();
    await second[Symbol.asyncDispose]();
  });
});

function userOf(url: string) {
  const { host, username, password } = new URL(url);
  return { servers: host, user: username, pass: password };
}
