/* I2, I5, I13: a user has a turn while there is something to be claimed for it, whatever happens at once. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connectDatabase, type Database } from '#shared/adapters/database/connect.ts';
import type { RunLimits } from '#shared/adapters/database/queue/limits.ts';
import { mendTurns } from '#shared/adapters/database/queue/turns.ts';
import { claimRuns } from '#shared/adapters/database/runs/claim.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { createOwner } from '../../../../support/database/accounts.ts';
import { endRun, takeOwner } from '../../../../support/database/leases.ts';
import { queueRun } from '../../../../support/database/runs.ts';
import { eventually } from '../../../../support/eventually.ts';
import { createTestDatabase } from '../../../../support/servers/servers.ts';
import { share } from '../../../../support/share.ts';

type Account = Awaited<ReturnType<typeof createOwner>>;

let database: Database;

beforeAll(async () => {
  const { url } = await createTestDatabase();
  database = connectDatabase({ url, applicationName: 'turns', poolSize: 20 });
});
beforeEach(() => database.sql.rows('truncate runs, leases, turns, key_heads cascade'));
afterAll(() => database[Symbol.asyncDispose]());

const sql = () => database.sql;
const claimed = (most: number, limits: RunLimits = {}, within: Sql = sql()) =>
  claimRuns(within, { claim: randomUUID(), owner: randomUUID(), leaseMs: 10_000, most, limits });
const claim = async (most: number, limits?: RunLimits) => (await claimed(most, limits)).runs;
const accounts = (count: number) => Promise.all(Array.from({ length: count }, () => createOwner(sql())));
const end = (id: string, within: Sql = sql()) => endRun(within, id);
const cancel = (id: string) =>
  sql().rows(
    `update runs set cancel_requested_at = clock_timestamp(), cancel_by = 'user', cancel_mode = 'graceful'
     where id = $1 and status = 'running' and cancel_requested_at is null`,
    [id],
  );
const usersInTurns = async () =>
  (await sql().rows<{ id: string }>('select user_id as id from turns order by 1')).map(({ id }) => id);

/** Users that wait for what may be claimed, and have no turn. */
const FORGOTTEN = `
select user_id from runs where status = 'running' and owner is null and cancel_requested_at is null and concurrency_key is null
  and not exists (select from turns where user_id = runs.user_id)
union select user_id from key_heads where not exists (select from turns where user_id = key_heads.user_id)`;

describe('the turns of users', () => {
  it('are there while a user has something that may be claimed, and no longer', async () => {
    const [a, b] = (await accounts(2)) as [Account, Account];
    const first = (await queueRun(sql(), a)).id;
    await queueRun(sql(), { ...b, projectId: a.projectId }, { concurrencyKey: 'k' });
    const behind = (await queueRun(sql(), a, { concurrencyKey: 'k' })).id;
    expect(await usersInTurns()).toEqual([a.userId, b.userId].toSorted());
    const taken = await claim(8);
    expect(taken.map(({ userId }) => userId)).toEqual([a.userId, b.userId]);
    // What waits behind a key that is held may not be claimed.
    expect(await usersInTurns()).toEqual([]);
    await end(taken[1]!.id);
    expect(await usersInTurns()).toEqual([a.userId]);
    await end(behind);
    expect(await usersInTurns()).toEqual([]);
    await takeOwner(sql(), first);
    expect(await usersInTurns()).toEqual([a.userId]);
    await cancel(first);
    await end(first);
    expect(await usersInTurns()).toEqual([]);
  });

  it('keep the runs of a key in their order between users, also while the first has a recorded cancel', async () => {
    const [a, b] = (await accounts(2)) as [Account, Account];
    const keyed = { concurrencyKey: 'k' };
    const first = (await queueRun(sql(), a, keyed)).id;
    const second = (await queueRun(sql(), { ...b, projectId: a.projectId }, keyed)).id;
    await queueRun(sql(), a, keyed);
    await cancel(first);
    expect(await claim(8)).toEqual([]);
    await end(first);
    expect((await claim(8)).map(({ id }) => id)).toEqual([second]);
  });

  it('I5: a key is not stuck whose first run is stored after that of another user', async () => {
    const [a, b] = (await accounts(2)) as [Account, Account];
    const keyed = { concurrencyKey: 'k' };
    // Its time is that of its insert, which waits for its user's row here.
    let slow: ReturnType<typeof queueRun> | undefined;
    await sql().transaction(async (within) => {
      await within.rows('select from users where id = $1 for update', [b.userId]);
      slow = queueRun(sql(), { ...b, projectId: a.projectId }, keyed);
      await eventually(async () =>
        expect(
          await sql().rows(
            `select from pg_stat_activity where wait_event_type = 'Lock' and query like '%insert into runs%'`,
          ),
        ).toHaveLength(1),
      );
      await queueRun(sql(), a, keyed);
    });
    const { id } = await slow!;
    expect((await claim(8)).map((run) => run.id)).toEqual([id]);
    await end(id);
    expect(await claim(8)).toHaveLength(1);
  });

  it('I13: tell when a user had its last claim, also if it had nothing to be claimed since', async () => {
    const [a, b] = (await accounts(2)) as [Account, Account];
    await queueRun(sql(), a);
    await end((await claim(1))[0]!.id);
    for (const account of [a, b]) await queueRun(sql(), account);
    expect((await claim(1))[0]!.userId).toBe(b.userId);
  });

  it('I5: are not lost to a run that comes while the one before is claimed', async () => {
    const [account] = (await accounts(1)) as [Account];
    for (let round = 0; round < share(10, 200); round += 1) {
      await queueRun(sql(), account);
      await Promise.all([claim(1), queueRun(sql(), account), claim(1), queueRun(sql(), account)]);
      expect(await sql().rows(FORGOTTEN)).toEqual([]);
      while ((await claim(8)).length > 0);
      expect(await usersInTurns()).toEqual([]);
    }
  });

  it('I5: are mended if they are missing, or there for nothing', async () => {
    const [waits, keyed, gone] = (await accounts(3)) as [Account, Account, Account];
    await queueRun(sql(), waits);
    await queueRun(sql(), keyed, { concurrencyKey: 'k' });
    await sql().rows('delete from turns');
    await sql().rows(`insert into turns values ($1, '{}', 1, null, clock_timestamp())`, [gone.userId]);
    await mendTurns(sql());
    expect(await usersInTurns()).toEqual([waits.userId, keyed.userId].toSorted());
    expect(await claim(8)).toHaveLength(2);
  });

  it('I13: a user whose run comes waits for no claim of another one that is under way', async () => {
    const [account] = (await accounts(1)) as [Account];
    await queueRun(sql(), account);
    await sql().transaction(async (within) => {
      await claimRuns(within, { claim: randomUUID(), owner: randomUUID(), leaseMs: 10_000, most: 1 });
      await queueRun(sql(), account);
      expect(await claim(1)).toHaveLength(1);
    });
  });
});

const LIMITS = { perUser: 4, perProject: 3 };

describe('a claim that gets nothing', () => {
  const nothing = async (limits: RunLimits) => {
    const { runs, contended } = await claimed(8, limits);
    expect(runs).toEqual([]);
    return contended;
  };

  it.each<[string, RunLimits]>([
    ['', {}],
    [' within limits of users', { perUser: 4 }],
    [' within limits', LIMITS],
  ])(
    'says if others were just taking what is next%s, since some may be left the next moment',
    async (_, limits) => {
      const [account] = (await accounts(1)) as [Account];
      expect(await nothing(limits)).toBe(false);
      const { id } = await queueRun(sql(), account);
      await sql().transaction(async (within) => {
        await within.rows('select from runs where id = $1 for update', [id]);
        expect(await nothing(limits)).toBe(true);
      });
      expect((await claimed(8, limits)).contended).toBe(false);
      expect(await nothing(limits)).toBe(false);
    },
  );

  it('does not say so of what waits behind a key or a limit', async () => {
    const [account] = (await accounts(1)) as [Account];
    for (const concurrencyKey of ['a', 'a', 'b', 'c', 'd', 'd'])
      await queueRun(sql(), account, { concurrencyKey });
    expect(await claim(8, LIMITS)).toHaveLength(3);
    expect(await nothing(LIMITS)).toBe(false);
    expect(await claim(8)).toHaveLength(1);
    expect(await nothing({ perUser: 4 })).toBe(false);
    expect(await nothing({})).toBe(false);
  });
});

describe('a batch', () => {
  it('is fair within, and beside others: the first run of each user before the second of any', async () => {
    const all = await accounts(4);
    for (const account of all) for (let n = 0; n < 20; n += 1) await queueRun(sql(), account);
    const owners = (runs: { userId: string }[]) =>
      all.map(({ userId }) => runs.filter((run) => run.userId === userId).length);
    expect(owners(await claim(6)).toSorted()).toEqual([1, 1, 2, 2]);
    const batches = await Promise.all([claim(8), claim(8), claim(8)]);
    expect(batches.map((runs) => runs.length)).toEqual([8, 8, 8]);
    for (const count of owners(batches.flat())) expect(Math.abs(count - 6)).toBeLessThanOrEqual(2);
  });

  it('holds no two runs of one key, and no more of a user or a project than may run', async () => {
    const [a, b] = (await accounts(2)) as [Account, Account];
    const guest = { userId: b.userId, projectId: a.projectId };
    for (let n = 0; n < 5; n += 1) await queueRun(sql(), a, { concurrencyKey: 'k' });
    expect(await claim(16)).toHaveLength(1);
    for (const account of [a, guest, b]) for (let n = 0; n < 9; n += 1) await queueRun(sql(), account);
    const claimed = [];
    for (let batch = await claim(16, LIMITS); batch.length > 0; batch = await claim(16, LIMITS))
      claimed.push(...batch);
    // One of a's is on a runner.
    expect(claimed.filter((run) => run.projectId === a.projectId)).toHaveLength(2);
    expect(claimed.filter((run) => run.projectId === b.projectId)).toHaveLength(2);
    expect(claimed.filter((run) => run.userId === b.userId)).toHaveLength(4);
    expect(await claim(2, { perUser: 5 })).toHaveLength(2);
  });
});

/** Runs come, are claimed in batches, put back, cancelled and ended, all at once and at random. */
it.each([{}, { perUser: 3, perProject: 2 }])(
  'I2, I5: whatever happens at the same moment, nothing is forgotten and no key has two (limits: %o)',
  async (limits) => {
    const all = await accounts(5);
    const any = <One>(list: One[]): One => list[Math.floor(Math.random() * list.length)]!;
    const runs: string[] = [];
    const act = async () => {
      const [chance, id] = [Math.random(), any(runs)];
      const concurrencyKey = Math.random() < 0.5 ? any(['k', 'l', 'm']) : undefined;
      const account = { userId: any(all).userId, projectId: any(all).projectId };
      if (chance < 0.35 || !id)
        runs.push((await queueRun(sql(), account, { ...(concurrencyKey && { concurrencyKey }) })).id);
      else if (chance < 0.6) await claim(any([1, 2, 8]), limits);
      else if (chance < 0.75) await end(id);
      else if (chance < 0.9) await cancel(id);
      else await takeOwner(sql(), id);
    };
    const worker = async () => {
      for (let n = 0; n < share(15, 400); n += 1) await act();
    };
    await Promise.all(Array.from({ length: 10 }, worker));
    expect(await sql().rows(FORGOTTEN)).toEqual([]);
    const endAndClaim = async () => {
      const left = await sql().rows<{ id: string }>(
        `select id from runs where status = 'running' and (owner is not null or cancel_requested_at is not null)`,
      );
      for (const { id } of left) await end(id);
      return left.length + (await claim(16, limits)).length;
    };
    await eventually(async () => {
      let moved = 1;
      while (moved > 0) moved = await endAndClaim();
      expect(await sql().rows(`select id from runs where status = 'running'`)).toEqual([]);
    });
  },
);
