/* I11: a sign-in is good for five minutes at most, and for no right that was lost meanwhile. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CONNECTION } from '#shared/adapters/bus/bus.ts';
import { subjects } from '#shared/adapters/bus/subjects.ts';
import type { SignIn } from '#shared/adapters/bus/subscribers/claims.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { createAdmit } from '../../../../services/gateway/subscribers/admit.ts';
import { createWorld, type Holder, type World } from './fixture.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

const NOW = Date.now();
const MINUTE_MS = 60_000;

/** A sign-in as the server of NATS asks about it, decided with this view of the database. */
const decide = (sql: Sql, { key }: { key: string }, user?: string) => {
  const signIn: SignIn = {
    user,
    secret: key,
    connection: { serverId: 'server', id: 1 },
    userKey: 'U',
    serverKey: 'N',
  };
  const connected = { add: () => undefined };
  const admit = createAdmit({
    sql,
    consumersBus: world.bus,
    maxConsumers: 100,
    connected,
    onKeyUse: () => undefined,
    now: () => NOW,
  });
  return admit(signIn);
};

const filtersOf = async ({ handle }: Holder): Promise<string[] | undefined> => {
  const manager = await (await world.bus[CONNECTION]()).jetstreamManager();
  const { config } = await manager.consumers.info('GHOSTLY_EVENTS', `feed_projects_${handle}`);
  return config.filter_subjects;
};

test('I11: a sign-in is good for five minutes, should no gateway live to end it, and never beyond the end of its key', async () => {
  const ann = await world.addHolder();
  expect(await decide(world.sql, ann)).toMatchObject({ until: NOW + 5 * MINUTE_MS });
  for (const [minutes, good] of [
    [1, 1],
    [60, 5],
  ] as const) {
    const end = new Date(NOW + minutes * MINUTE_MS);
    const { key } = await world.addKey(ann.userId, ['runs:read'], end);
    expect(await decide(world.sql, { key })).toMatchObject({ until: NOW + good * MINUTE_MS });
  }
});

test('I11: rights that are lost while consumers are prepared are lost to them too', async () => {
  const [guest, host] = [await world.addHolder(), await world.addHolder()];
  await world.join(host.projectId, guest);
  let isMember = true;
  /** The same database, but the guest is shown out just after its rights were read. */
  const sql: Sql = {
    ...world.sql,
    rows: async (text, values) => {
      const rows = await world.sql.rows(text, values);
      if (isMember && text.includes('"projectIds"')) {
        isMember = false;
        await world.leave(host.projectId, guest);
      }
      return rows as never;
    },
  };
  const decision = await decide(sql, guest, 'durable');
  expect(decision).toHaveProperty('grant');
  expect(isMember).toBe(false);
  expect(await filtersOf(guest)).toEqual([subjects.eventsOfProject(guest.projectId)]);
});
