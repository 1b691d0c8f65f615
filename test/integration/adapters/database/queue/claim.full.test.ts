/* I2, I5, I13: users take turns at free slots, and a concurrency key has one run, however many claim at once. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connectDatabase, type Database } from '#shared/adapters/database/connect.ts';
import { DatabaseUnavailableError } from '#shared/adapters/database/errors.ts';
import type { RunLimits } from '#shared/adapters/database/queue/limits.ts';
import { createOwner } from '../../../../support/database/accounts.ts';
import { claimNext } from '../../../../support/database/claim-next.ts';
import { endRun, takeOwner } from '../../../../support/database/leases.ts';
import { type QueueOptions, queueRun } from '../../../../support/database/runs.ts';
import { createTestDatabase } from '../../../../support/servers/servers.ts';
import { extendedOnly, share } from '../../../../support/share.ts';

type Account = Awaited<ReturnType<typeof createOwner>>;

let database: Database;

beforeAll(async () => {
  const { url } = await createTestDatabase();
  database = connectDatabase({ url, applicationName: 'claim', poolSize: 20 });
});
beforeEach(() => database.sql.rows('truncate runs, leases cascade'));
afterAll(() => database[Symbol.asyncDispose]());

const sql = () => database.sql;
const queue = async (account: Account, options?: QueueOptions) =>
  (await queueRun(sql(), account, options)).id;
const claim = (limits?: RunLimits) => claimNext(sql(), randomUUID(), 10_000, limits);
/** Whose run is claimed, time after time, by the names of the accounts; with `end`, each is over before the next. */
async function turns(accounts: Record<string, Account>, count: number, ended = false) {
  const names = Object.entries(accounts).map(([name, { userId }]) => [userId, name] as const);
  const order = [];
  for (let n = 0; n < count; n += 1) {
    const run = (await claim())!;
    order.push(new Map(names).get(run.userId));
    if (ended) await end(run.id);
  }
  return order.join('');
}
const end = (id: string) => endRun(sql(), id);
/** Many runs like one that is queued. */
const copies = (id: string, count: number) =>
  sql().rows(
    `insert into runs (id, user_id, project_id, base_url, plan, state, snapshot, machine_version, queue_until)
     select gen_random_uuid(), user_id, project_id, base_url, plan, state, snapshot, machine_version, queue_until
     from runs, generate_series(1, $2::int) where id = $1`,
    [id, count],
  );

describe('whose turn it is', () => {
  it("one user's thousand runs do not keep another's one waiting", async () => {
    const [a, b] = [await createOwner(sql()), await createOwner(sql())];
    await copies(await queue(a), 999);
    await queue(b);
    expect(await turns({ a, b }, 4)).toBe('abaa');
  });

  it('nor do they where there is one slot only: the user whose last claim is longest ago comes first', async () => {
    const [a, b, c] = [await createOwner(sql()), await createOwner(sql()), await createOwner(sql())];
    for (const account of [a, a, a, a, b, b, c]) await queue(account);
    expect(await turns({ a, b, c }, 7, true)).toBe('abcabaa');
  });

  it('the user with the fewest runs on runners comes first, even if others wait longer', async () => {
    const [a, b] = [await createOwner(sql()), await createOwner(sql())];
    for (let n = 0; n < 3; n += 1) await queue(a);
    expect(await turns({ a }, 2)).toBe('aa');
    for (let n = 0; n < 3; n += 1) await queue(b);
    expect(await turns({ a, b }, 4)).toBe('bbab');
  });

  it('I13: of any sixteen that start together, equal users get between six and ten', async () => {
    const [a, b] = [await createOwner(sql()), await createOwner(sql())];
    for (const account of [a, b]) await copies(await queue(account), 99);
    for (let round = 0; round < 10; round += 1) {
      const claims = await Promise.all(Array.from({ length: 16 }, () => claim()));
      const ofA = claims.filter((run) => run?.userId === a.userId).length;
      expect(ofA).toBeGreaterThanOrEqual(6);
      expect(ofA).toBeLessThanOrEqual(10);
      for (const run of claims) await end(run!.id);
    }
  });

  it("a user's own runs go in the order they came", async () => {
    const account = await createOwner(sql());
    const queued = [];
    for (let n = 0; n < 5; n += 1) queued.push(await queue(account));
    const claimed = [];
    for (let n = 0; n < 5; n += 1) claimed.push((await claim())!.id);
    expect(claimed).toEqual(queued);
  });

  it('I2: many runners at once find work for each of them, also if it is all of one user', async () => {
    const account = await createOwner(sql());
    await copies(await queue(account), 59);
    const claims = await Promise.all(Array.from({ length: 60 }, () => claim()));
    expect(new Set(claims.map((run) => run?.id)).size).toBe(60);
    expect(await claim()).toBeUndefined();
  });

  it('I2: a runner passes over the runs whose last actor is still closing there; others take them', async () => {
    const [a, b] = [await createOwner(sql()), await createOwner(sql())];
    const closing = [await queue(a), await queue(b)];
    const behind = await queue(a);
    const claimWithout = () => claimNext(sql(), randomUUID(), 10_000, {}, closing);
    expect((await claimWithout())?.id).toBe(behind);
    expect(await claimWithout()).toBeUndefined();
    expect([(await claim())?.id, (await claim())?.id].toSorted()).toEqual(closing.toSorted());
  });

  it('a claim says what its runner needs to go on from', async () => {
    const id = await queue(await createOwner(sql()), { concurrencyKey: 'k' });
    const clock = async () => (await sql().row<{ at: Date }>('select clock_timestamp() as at'))!.at.getTime();
    const before = await clock();
    const run = (await claim())!;
    expect(run).toMatchObject({ id, epoch: 1, attempt: 1, lastSeq: 0, published: false });
    expect(run.concurrencyKey).toBe('k');
    expect(run.now.getTime()).toBeGreaterThanOrEqual(before);
    expect(run.now.getTime()).toBeLessThanOrEqual(await clock());
  });
});

describe('a concurrency key', () => {
  const heldRuns = async () =>
    (await sql().rows(`select from runs where owner is not null and status = 'running'`)).length;

  it('I2: runners that race for it, time after time, never have two of its runs', async () => {
    const account = await createOwner(sql());
    for (let round = 0; round < share(15, 100); round += 1) {
      const queued = [];
      for (let n = 0; n < 3; n += 1) queued.push(await queue(account, { concurrencyKey: 'deploy' }));
      const claims = await Promise.all(Array.from({ length: 6 }, () => claim()));
      const ids = claims.flatMap((run) => (run ? [run.id] : []));
      expect(ids).toHaveLength(1);
      expect(await heldRuns()).toBe(1);
      for (const id of queued) await end(id);
    }
  });

  it('I2, I14: while its claim is under way, others take something else and wait for nobody', async () => {
    const account = await createOwner(sql());
    for (let n = 0; n < 2; n += 1) await queue(account, { concurrencyKey: 'deploy' });
    const free = await queue(account);
    await sql().transaction(async (within) => {
      await claimNext(within, randomUUID(), 10_000);
      expect((await claim())?.id).toBe(free);
      expect(await claim()).toBeUndefined();
    });
    expect(await heldRuns()).toBe(2);
  });

  it('I5, I14: its next run may be claimed when the one before has ended, was given back, or expired unclaimed', async () => {
    const account = await createOwner(sql());
    const keyed = { concurrencyKey: 'deploy' };
    const [first, second] = [await queue(account, keyed), await queue(account, keyed)];
    expect((await claim())?.id).toBe(first);
    await takeOwner(sql(), first);
    expect((await claim())?.id).toBe(first);
    expect(await claim()).toBeUndefined();
    await end(first);
    await end(second);
    const third = await queue(account, keyed);
    expect((await claim())?.id).toBe(third);
  });

  it('I5: its runs that come and end at the same moment never miss each other', async () => {
    const account = await createOwner(sql());
    const keyed = { concurrencyKey: 'deploy' };
    for (let round = 0; round < share(10, 50); round += 1) {
      await queue(account, keyed);
      const held = (await claim())!.id;
      const [next] = await Promise.all([queue(account, keyed), end(held)]);
      expect((await claim())?.id).toBe(next);
      await end(next);
    }
  });

  it('I5: its next run may be claimed though the one before has a recorded cancel that nobody has ended yet', async () => {
    const account = await createOwner(sql());
    const keyed = { concurrencyKey: 'deploy' };
    const [first, second] = [await queue(account, keyed), await queue(account, keyed)];
    await sql().rows(
      `update runs set cancel_requested_at = clock_timestamp(), cancel_by = 'user', cancel_mode = 'graceful' where id = $1`,
      [first],
    );
    expect([(await claim())?.id, await claim()]).toEqual([second, undefined]);
  });

  it('holds back its own runs only, and not those of the user behind them', async () => {
    const account = await createOwner(sql());
    const keyed = { concurrencyKey: 'deploy' };
    const first = await queue(account, keyed);
    for (let n = 0; n < 20; n += 1) await queue(account, keyed);
    const other = await queue(account, { concurrencyKey: 'test' });
    const free = await queue(account);
    expect([(await claim())?.id, (await claim())?.id, (await claim())?.id]).toEqual([first, other, free]);
    expect(await claim()).toBeUndefined();
  });

  it('is one of its project: another project has its own', async () => {
    const [a, b] = [await createOwner(sql()), await createOwner(sql())];
    for (const account of [a, b, b]) await queue(account, { concurrencyKey: 'deploy' });
    expect([(await claim())?.projectId, (await claim())?.projectId]).toEqual([a.projectId, b.projectId]);
    expect(await claim()).toBeUndefined();
  });

  it('is refused a second time by the database itself', async () => {
    const account = await createOwner(sql());
    for (let n = 0; n < 2; n += 1) await queue(account, { concurrencyKey: 'deploy' });
    await expect(sql().rows('update runs set owner = gen_random_uuid()')).rejects.toThrow('runs_one_of_key');
  });
});

describe('the limits of running runs', () => {
  const claimAtOnce = async (count: number, limits: RunLimits) => {
    // What the database refuses for want of time is tried again, as a runner does.
    const insist = (): ReturnType<typeof claim> =>
      claim(limits).catch((error: unknown) => {
        if (error instanceof DatabaseUnavailableError) return insist();
        throw error;
      });
    const claims = await Promise.all(Array.from({ length: count }, insist));
    return claims.filter((run) => run !== undefined);
  };

  it('hold for a user, however many runners claim at once; the others wait for their turn', async () => {
    const [a, b] = [await createOwner(sql()), await createOwner(sql())];
    for (const account of [a, b]) await copies(await queue(account), 19);
    const claimed = await claimAtOnce(30, { perUser: 3 });
    const users = claimed.map((run) => run.userId);
    expect(users.filter((id) => id === a.userId)).toHaveLength(3);
    expect(users.filter((id) => id === b.userId)).toHaveLength(3);
    await end(claimed.find((run) => run.userId === b.userId)!.id);
    expect((await claimAtOnce(5, { perUser: 3 })).map((run) => run.userId)).toEqual([b.userId]);
  });

  it('hold for a project, with any user who starts the runs in it', async () => {
    const [a, b] = [await createOwner(sql()), await createOwner(sql())];
    const guest = { userId: b.userId, projectId: a.projectId };
    for (const account of [a, guest, b]) await copies(await queue(account), 9);
    const claimed = await claimAtOnce(30, { perProject: 2 });
    const projects = claimed.map((run) => run.projectId).toSorted();
    expect(projects).toEqual([a.projectId, a.projectId, b.projectId, b.projectId].toSorted());
  });

  extendedOnly(() => {
    it('both hold together', async () => {
      const account = await createOwner(sql());
      const second = { ...account, projectId: (await createOwner(sql())).projectId };
      for (const one of [account, second]) await copies(await queue(one), 9);
      expect(await claimAtOnce(20, { perUser: 3, perProject: 2 })).toHaveLength(3);
    });
  });
});
