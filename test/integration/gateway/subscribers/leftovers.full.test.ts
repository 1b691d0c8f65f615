/* I13: consumers end with their key or their user, who may have only so many of them. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CONNECTION } from '#shared/adapters/bus/bus.ts';
import { deleteApiKey } from '#shared/adapters/database/accounts/api-keys.ts';
import { deleteUser } from '#shared/adapters/database/accounts/delete-user.ts';
import { createOwner } from '../../../support/database/accounts.ts';
import { eventually } from '../../../support/eventually.ts';
import { extendedOnly } from '../../../support/share.ts';
import { createWorld, type World } from './fixture.ts';

const STREAM = 'GHOSTLY_EVENTS';

let world: World;
beforeAll(async () => {
  world = await createWorld({ maxConsumers: 4 });
});
afterAll(() => world.close());

const names = async (handle: string): Promise<string[]> => {
  const manager = await (await world.bus[CONNECTION]()).jetstreamManager();
  const all: string[] = [];
  for await (const { name } of manager.consumers.list(STREAM)) if (name.includes(handle)) all.push(name);
  return all.sort();
};
const both = (handle: string) => [`feed_own_${handle}`, `feed_projects_${handle}`];

test('consumers end with their key', async () => {
  const ann = await world.addHolder();
  await world.durable(ann);
  expect(await names(ann.handle)).toEqual(both(ann.handle));
  await deleteApiKey(world.sql, ann.keyId, ann);
  await eventually(async () => expect(await names(ann.handle)).toEqual([]));
});

extendedOnly(() => {
  test('consumers end when their key expires', async () => {
    const { userId } = await createOwner(world.sql);
    const key = await world.addKey(userId);
    await world.durable(key);
    await world.sql.rows(`update api_keys set expires_at = clock_timestamp() where id = $1`, [key.keyId]);
    await eventually(async () => expect(await names(key.handle)).toEqual([]));
  });

  test('consumers end with their user, also if no gateway was there then', async () => {
    const [ann, admin] = [await world.addHolder(), await createOwner(world.sql)];
    await world.sql.rows(`update users set role = 'admin' where id = $1`, [admin.userId]);
    await world.durable(ann);
    await world.gateway[Symbol.asyncDispose]();
    await deleteUser(world.sql, {
      id: ann.userId,
      by: { userId: admin.userId, keyId: undefined },
      reason: 'test',
    });
    expect(await names(ann.handle)).toEqual(both(ann.handle));
    await using _next = await world.serve();
    await eventually(async () => expect(await names(ann.handle)).toEqual([]));
  });
});

test('I13: a user has as many consumers as a user may, and no more; those there are go on', async () => {
  await using _gateway = await world.serve();
  const ann = await world.addHolder();
  const [second, third] = [await world.addKey(ann.userId), await world.addKey(ann.userId)];
  const [first] = [await world.durable(ann), await world.durable(second)];
  await expect(world.durable(third, { reconnect: false })).rejects.toThrow(/authorization/i);
  await Promise.allSettled(
    Array.from({ length: 6 }, async () =>
      world.durable(await world.addKey(ann.userId), { reconnect: false }),
    ),
  );
  const [count] = await world.sql.rows<{ n: number }>(
    'select count(*)::int as n from subscriber_consumers where user_id = $1',
    [ann.userId],
  );
  expect(count?.n).toBe(4);
  await first.close();
  await world.durable(ann);
  await deleteApiKey(world.sql, second.keyId, ann);
  await eventually(() => world.durable(third, { reconnect: false }));
});
