/* I13: a user signs in about as fast beside a member of 2,500 projects who signs in again and again. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CONNECTION } from '#shared/adapters/bus/bus.ts';
import { createWorld, type Holder, type World } from './fixture.ts';

const PROJECTS = 2_500;

let world: World;
let busy: Holder;
let calm: Holder;
beforeAll(async () => {
  world = await createWorld();
  [busy, calm] = [await world.addHolder(), await world.addHolder()];
  await world.sql.rows(
    `with made as (insert into projects (id, label) select gen_random_uuid(), 'Test' from generate_series(1, $2) returning id)
     insert into project_members select id, $1, 'owner' from made`,
    [busy.userId, PROJECTS],
  );
});
afterAll(() => world.close());

const projectsOf = async ({ userId }: Holder, many: number) =>
  (
    await world.sql.rows<{ id: string }>(
      'select project_id as id from project_members where user_id = $1 limit $2',
      [userId, many],
    )
  ).map(({ id }) => id);

const signIn = async (who: Holder, user = 'durable') => {
  const since = performance.now();
  const connection = await world.durable(who, { user, reconnect: false });
  const took = performance.now() - since;
  await connection.close();
  return took;
};
const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

test('I13: a member of 2,500 projects signs in for 64 of them or for none, but not for all at once', async () => {
  const named = await projectsOf(busy, 64);
  await expect(signIn(busy)).rejects.toThrow(/authorization/i);
  await signIn(busy, `durable:${named.join()}`);
  await signIn(busy, 'durable:none');
  await expect(signIn(busy, 'live')).rejects.toThrow(/authorization/i);
  await signIn(busy, `live:${named.join()}`);
  const manager = await (await world.bus[CONNECTION]()).jetstreamManager();
  const consumers = await manager.consumers.list('GHOSTLY_EVENTS').next();
  const filters = consumers.map(({ config }) => config.filter_subjects?.length ?? 1);
  expect(Math.max(...filters)).toBe(64);
});

test('I13: another user signs in about as fast while a member of 2,500 projects does so over and over', async () => {
  const named = await projectsOf(busy, 64);
  const users = ['durable', `durable:${named.join()}`, 'live', `live:${named.join()}`];
  await signIn(calm);
  const medianOfMany = async () => {
    const took: number[] = [];
    for (let n = 0; n < 15; n += 1) took.push(await signIn(calm));
    return median(took);
  };
  const besideCrowd = async () => {
    let over = false;
    const crowding = Array.from({ length: 8 }, async (_, place) => {
      for (let n = place; !over; n += 1) await signIn(busy, users[n % users.length]).catch(() => undefined);
    });
    try {
      return await medianOfMany();
    } finally {
      over = true;
      await Promise.all(crowding);
    }
  };
  // Others may have the machine during one of two measurements: the first pair that is good counts, of up to six.
  let [alone, beside] = [await medianOfMany(), await besideCrowd()];
  for (let round = 1; round < 6 && beside >= 8 * Math.max(alone, 10); round += 1)
    [alone, beside] = [await medianOfMany(), await besideCrowd()];
  console.log(`a sign-in: ${alone.toFixed(1)} ms alone, ${beside.toFixed(1)} ms beside the crowd`);
  expect(beside).toBeLessThan(8 * Math.max(alone, 10));
});
