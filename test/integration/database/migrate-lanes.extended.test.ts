import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { connectDatabase } from '#shared/database/connect.ts';
import { migrate } from '#shared/database/migrate.ts';
import { MIGRATIONS } from '#shared/database/migrations/all.ts';
import { createOwner } from '../../support/database/accounts.ts';
import { claimNext } from '../../support/database/claim-next.ts';
import { queueEarlier } from '../../support/database/earlier-runs.ts';
import { createEmptyDatabase } from '../../support/servers/servers.ts';

const before = (name: string) => {
  const index = MIGRATIONS.findIndex((migration) => migration.name === name);
  expect(index).toBeGreaterThan(0);
  return MIGRATIONS.slice(0, index);
};

it('I5: a database of before the lanes, with runs that wait behind keys, gives each key its head', async () => {
  const { url } = await createEmptyDatabase();
  await migrate(url, undefined, before('Migration20261126020000_lanes'));
  await using database = connectDatabase({ url, applicationName: 'lanes' });
  const { sql } = database;
  const queue = async (account: { userId: string; projectId: string }, concurrencyKey: string) =>
    (await queueEarlier(sql, account, concurrencyKey)).id;
  const own = (id: string) =>
    sql.rows(
      `update runs set owner = $2, epoch = 1, claimed_at = clock_timestamp(),
         lease_until = clock_timestamp() + interval '1 minute' where id = $1`,
      [id, randomUUID()],
    );
  const end = (id: string) =>
    sql.rows(
      `update runs set status = 'fail', state = 'fail', cancelled = true, finished_at = clock_timestamp() where id = $1`,
      [id],
    );

  const [a, b] = [await createOwner(sql), await createOwner(sql)];
  const [ended, held, behind] = [await queue(a, 'held'), await queue(a, 'held'), await queue(a, 'held')];
  await end(ended);
  await own(held);
  const [cancelled, first] = [await queue(a, 'open'), await queue(a, 'open')];
  await queue(a, 'open');
  await sql.rows(
    `update runs set cancel_requested_at = clock_timestamp(), cancel_by = 'user', cancel_mode = 'graceful' where id = $1`,
    [cancelled],
  );
  const elsewhere = await queue(b, 'held');

  await migrate(url);
  const heads = await sql.rows<{ id: string }>('select run_id as id from key_heads order by created_at');
  expect(heads.map(({ id }) => id)).toEqual([first, elsewhere]);

  const claim = async () => (await claimNext(sql, randomUUID(), 10_000))?.id;
  expect([await claim(), await claim()].toSorted()).toEqual([first, elsewhere].toSorted());
  expect(await claim()).toBeUndefined();
  await end(held);
  expect(await claim()).toBe(behind);
});
