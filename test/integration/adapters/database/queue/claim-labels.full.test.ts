/* I13, I14: a run goes to a runner with all of its labels, and to ask for many brings a user no more turns. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connectDatabase, type Database } from '#shared/adapters/database/connect.ts';
import { labelSetsOf } from '#shared/adapters/database/queue/label-sets.ts';
import type { RunLimits } from '#shared/adapters/database/queue/limits.ts';
import { createOwner } from '../../../../support/database/accounts.ts';
import { claimNext } from '../../../../support/database/claim-next.ts';
import { openExplainer } from '../../../../support/database/explain.ts';
import { endRun } from '../../../../support/database/leases.ts';
import { type QueueOptions, queueRun } from '../../../../support/database/runs.ts';
import { createTestDatabase } from '../../../../support/servers/servers.ts';
import { share } from '../../../../support/share.ts';

type Account = Awaited<ReturnType<typeof createOwner>>;

let database: Database;
let url: string;
let ann: Account;
beforeAll(async () => {
  ({ url } = await createTestDatabase());
  database = connectDatabase({ url, applicationName: 'labels', statementTimeoutMs: 60_000 });
  ann = await createOwner(database.sql);
});
beforeEach(() => database.sql.rows('truncate runs, leases, key_heads, turns cascade'));
afterAll(() => database[Symbol.asyncDispose]());

const queue = async (runnerLabels: string[], options: QueueOptions = {}, account = ann) =>
  (await queueRun(database.sql, account, { ...options, runnerLabels })).id;
const claimBy = async (labels: string[], limits: RunLimits = {}) =>
  (await claimNext(database.sql, randomUUID(), 10_000, limits, [], labels))?.id;
const end = (id: string) => endRun(database.sql, id);

describe('labels of runners', () => {
  it('a run is claimed by a runner that has all of its labels, whatever others that has', async () => {
    const id = await queue(['gpu', 'eu-west']);
    for (const labels of [[], ['gpu'], ['eu-west'], ['eu', 'west'], ['gpu2', 'eu-west']])
      expect(await claimBy(labels)).toBeUndefined();
    expect(await claimBy(['arm', 'eu-west', 'gpu'])).toBe(id);
  });

  it('a runner with labels takes runs that ask for none, too, and takes them in the order they came', async () => {
    const asked = [[], ['gpu'], [], ['eu-west', 'gpu'], ['eu-west']];
    const ids = [];
    for (const labels of asked) ids.push(await queue(labels));
    const claimed = [];
    for (const _ of asked) claimed.push(await claimBy(['eu-west', 'gpu']));
    expect(claimed).toEqual(ids);
  });

  it('a user who spreads runs over kinds of runners gets no more claims than one who asks for none (I13)', async () => {
    const kinds = ['arm', 'eu-west', 'gpu', 'large'];
    const bob = await createOwner(database.sql);
    for (const kind of kinds) for (let n = 0; n < 8; n += 1) await queue([kind]);
    for (let n = 0; n < 32; n += 1) await queue([], {}, bob);
    const claimed: string[] = [];
    for (let n = 0; n < 32; n += 1) {
      const run = await claimNext(database.sql, randomUUID(), 10_000, {}, [], [kinds[n % kinds.length]!]);
      claimed.push(run!.userId === bob.userId ? 'bob' : 'ann');
      await end(run!.id);
    }
    expect(claimed.filter((name) => name === 'bob')).toHaveLength(16);
  });

  it('a run that no runner fits blocks no other of its user', async () => {
    await queue(['none']);
    const behind = await queue([]);
    expect(await claimBy([])).toBe(behind);
    expect(await claimBy([])).toBeUndefined();
  });

  it.each([
    ['without', {}],
    ['with', { perUser: 2, perProject: 2 }],
  ] as [string, RunLimits][])(
    'I13: a user gets no more turns for asking for many sets of labels, %s limits',
    async (_, limits) => {
      const ben = await createOwner(database.sql);
      for (const labels of [['a'], ['b'], ['a', 'b'], []]) await queue(labels);
      const other = await queue([], {}, ben);
      const second = [await claimBy(['a', 'b'], limits), await claimBy(['a', 'b'], limits)];
      expect(second[1]).toBe(other);
    },
  );

  it('I13: nor for asking for many sets that no runner fits', async () => {
    const ben = await createOwner(database.sql);
    for (let n = 0; n < 200; n += 1) await queue([`a${n}`]);
    for (let n = 0; n < 3; n += 1) for (const labels of [['x'], ['y'], ['x', 'y'], []]) await queue(labels);
    const others = new Set<string>();
    for (let n = 0; n < 12; n += 1) others.add(await queue([], {}, ben));
    const claimed: string[] = [];
    for (let n = 0; n < 12; n += 1) {
      claimed.push((await claimBy(['x', 'y']))!);
      await end(claimed[n]!);
    }
    expect(claimed.filter((id) => others.has(id))).toHaveLength(6);
  });

  it('runs with one concurrency key go in their order, whatever they ask for', async () => {
    const [first, second] = [
      await queue(['gpu'], { concurrencyKey: 'k' }),
      await queue([], { concurrencyKey: 'k' }),
    ];
    expect(await claimBy([])).toBeUndefined();
    expect(await claimBy(['gpu'])).toBe(first);
    expect(await claimBy(['gpu'])).toBeUndefined();
    await end(first);
    expect(await claimBy([])).toBe(second);
  });

  it('the head of a key that no runner fits is in no other key’s way', async () => {
    await queue(['none'], { concurrencyKey: 'k' });
    const other = await queue(['gpu'], { concurrencyKey: 'l' });
    expect(await claimBy([])).toBeUndefined();
    expect(await claimBy(['gpu'])).toBe(other);
  });

  it('I14: a claim reads no more with many runs that no runner fits, of one user or of many, behind keys or not', async () => {
    const { sql } = database;
    const pages = async (labels: string[]) => {
      await using explainer = await openExplainer(url);
      const claim = (within: typeof sql) => claimNext(within, randomUUID(), 10_000, {}, [], labels);
      await explainer.explain(claim);
      return (await explainer.explain(claim)).buffers;
    };
    for (let n = 0; n < 3; n += 1) await queue([]);
    const [before, beforeOfLabels] = [await pages([]), await pages(['eu-west', 'gpu'])];
    await manyThatDoNotFit(share(1_500, 20_000));
    await sql.rows('analyze');
    expect(await pages([])).toBeLessThan(1.3 * before + 20);
    expect(await pages(['eu-west', 'gpu'])).toBeLessThan(1.3 * beforeOfLabels + 20);
    await queue(['eu-west', 'gpu']);
    expect(await claimBy(['eu-west', 'gpu'])).toBeDefined();
  });
});

/** Runs of one user, of as many users, and heads of as many keys. */
async function manyThatDoNotFit(count: number): Promise<void> {
  const { sql } = database;
  const id = await queue(['none']);
  const copy = (user: string, key: string, labels: string) =>
    sql.rows(
      `insert into runs (id, user_id, project_id, base_url, plan, state, snapshot, machine_version, queue_until, concurrency_key,
         runner_labels)
       select gen_random_uuid(), ${user}, project_id, base_url, plan, state, snapshot, machine_version, queue_until, ${key}, ${labels}
       from runs, generate_series(1, $2::int) as n where id = $1`,
      [id, count],
    );
  await sql.rows('alter table runs drop constraint if exists runs_user_id_fkey');
  await copy('user_id', 'null', `array['gpu', 'zzz']`);
  await copy('gen_random_uuid()', 'null', `array['none']`);
  await copy('user_id', `'key ' || n`, `array['label-' || n]`);
}

it('all sets of labels of a runner are named once, sorted', () => {
  expect(labelSetsOf([])).toEqual(['{}']);
  expect(labelSetsOf(['a', 'b'])).toEqual(['{}', '{"a"}', '{"b"}', '{"a","b"}']);
  expect(new Set(labelSetsOf([...'abcdef'])).size).toBe(64);
});
