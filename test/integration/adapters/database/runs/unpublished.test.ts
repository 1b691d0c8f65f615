/* I7, I14: what NATS may not have of a run is noted until NATS has it, whoever loses the run meanwhile. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connectDatabase, type Database } from '#shared/adapters/database/connect.ts';
import { commitTransition } from '#shared/adapters/database/runs/commit.ts';
import {
  findUnpublished,
  findUnpublishedRun,
  markPublished,
} from '#shared/adapters/database/runs/publishing.ts';
import { deleteRun } from '#shared/adapters/database/runs/retention.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import type { Watermark } from '#shared/domain/events/stream.ts';
import { createOwner } from '../../../../support/database/accounts.ts';
import { endLease } from '../../../../support/database/leases.ts';
import { BEGUN, CLAIM, claimByHand, LAUNCHED, queueRun, TO_PASS } from '../../../../support/database/runs.ts';
import { eventually } from '../../../../support/eventually.ts';
import { createTestDatabase } from '../../../../support/servers/servers.ts';

let database: Database;
let account: { userId: string; projectId: string };

beforeAll(async () => {
  const { url } = await createTestDatabase();
  database = connectDatabase({ url, applicationName: 'unpublished' });
  account = await createOwner(database.sql);
});
beforeEach(() => database.sql.rows('truncate runs, leases, unpublished cascade'));
afterAll(() => database?.[Symbol.asyncDispose]());

const sql = () => database.sql;
const leftOf = async (runId: string): Promise<Watermark | undefined> => {
  const left = await findUnpublishedRun(sql(), runId);
  return left && { seq: left.seq, rank: left.rank };
};
const publish = (runId: string, seq: number, rank: number, within: Sql = sql()) =>
  markPublished(within, { runId, seq, rank });
const found = async () => (await findUnpublished(sql(), 1_000)).map(({ runId }) => runId);

async function claimed() {
  const owner = randomUUID();
  const { id } = await queueRun(sql(), account);
  const run = await claimByHand(sql(), owner);
  expect(run.run.id).toBe(id);
  return Object.assign(run, { id, owner });
}

/** Waits until a statement of this file waits for a lock. */
const waiting = () =>
  eventually(async () =>
    expect(
      await sql().rows(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      ),
    ).toHaveLength(1),
  );

describe('what is unpublished of a run', () => {
  it('I7: is noted when it is accepted, and no more once NATS has its first status', async () => {
    const { id } = await queueRun(sql(), account);
    expect(await leftOf(id)).toEqual({ seq: 0, rank: 0 });
    expect(await found()).toContain(id);
    await publish(id, 0, 1);
    expect(await leftOf(id)).toBeUndefined();
    const { run } = await claimByHand(sql(), randomUUID());
    expect(run).toMatchObject({ id, published: true });
  });

  it('I7: is what its owner stored after that, and stays while it has an owner, whatever NATS has', async () => {
    const run = await claimed();
    await publish(run.id, 0, 1);
    await run.commit(CLAIM);
    expect(await leftOf(run.id)).toEqual({ seq: 0, rank: 1 });
    await publish(run.id, run.lastSeq, 1);
    expect(await leftOf(run.id)).toEqual({ seq: run.lastSeq, rank: 1 });
    expect(await found()).not.toContain(run.id);
    const before = run.lastSeq;
    await run.commit(LAUNCHED);
    expect(await leftOf(run.id)).toEqual({ seq: before, rank: 1 });
  });

  it('I7: is raised by a commit that says what NATS has, and never falls', async () => {
    const run = await claimed();
    await run.commit(CLAIM);
    await commitTransition(sql(), run.owner, run.next(LAUNCHED), { seq: 1, rank: 1 });
    expect(await leftOf(run.id)).toEqual({ seq: 1, rank: 1 });
    await publish(run.id, 0, 0);
    expect(await leftOf(run.id)).toEqual({ seq: 1, rank: 1 });
  });

  it('I7: is nothing once NATS has the end, event and status both', async () => {
    const run = await claimed();
    for (const event of TO_PASS) await run.commit(event);
    await publish(run.id, run.lastSeq, 3);
    expect(await leftOf(run.id)).toEqual({ seq: run.lastSeq, rank: 3 });
    await publish(run.id, run.lastSeq - 1, 4);
    expect(await leftOf(run.id)).toBeUndefined();
  });

  it('I7: is for the relay once the lease of its owner is over, as long as there is anything', async () => {
    const run = await claimed();
    await run.commit(CLAIM);
    expect(await found()).not.toContain(run.id);
    await endLease(sql(), run.id);
    expect(await found()).toContain(run.id);
    await publish(run.id, run.lastSeq, 1);
    expect(await found()).not.toContain(run.id);
  });

  it('I7: is noted by a commit that waits for the acknowledgement of all that was before', async () => {
    const run = await claimed();
    let committing: Promise<unknown> | undefined;
    await sql().transaction(async (within) => {
      await publish(run.id, 0, 1, within);
      committing = run.commit(CLAIM);
      await waiting();
    });
    expect(await committing).toBeDefined();
    expect(await leftOf(run.id)).toEqual({ seq: 0, rank: 1 });
  });

  it('I7: stays if a commit comes before the acknowledgement of all that was before', async () => {
    const run = await claimed();
    let publishing: Promise<unknown> | undefined;
    await sql().transaction(async (within) => {
      await commitTransition(within, run.owner, run.next(CLAIM));
      publishing = publish(run.id, 0, 1);
      await waiting();
    });
    await publishing;
    expect(await leftOf(run.id)).toEqual({ seq: 0, rank: 1 });
  });

  it('goes with the run', async () => {
    const run = await claimed();
    for (const event of TO_PASS) await run.commit(event);
    await deleteRun(sql(), run.id);
    expect(await leftOf(run.id)).toBeUndefined();
  });
});

it('I14: a commit in the middle of a run writes no index of runs, nor of what is unpublished', async () => {
  // A database of its own and one connection: its counts are seen as soon as they are asked for.
  const { url } = await createTestDatabase();
  await using alone = connectDatabase({ url, applicationName: 'unpublished', poolSize: 1 });
  const of = await createOwner(alone.sql);
  // PostgreSQL makes room later while a transaction of another database goes on.
  await eventually(async () => {
    const hot = await hotOfFifty(alone.sql, of);
    expect(Math.min(...Object.values(hot))).toBeGreaterThanOrEqual(45);
  });
});

/** The number of HOT updates of a table in fifty commits of ten live runs. */
async function hotOfFifty(within: Sql, of: { userId: string; projectId: string }) {
  const runs = [];
  for (let n = 0; n < 10; n += 1) await queueRun(within, of);
  for (let n = 0; n < 10; n += 1) runs.push(await claimByHand(within, randomUUID()));
  for (const run of runs) await run.commit(CLAIM);
  const before = await updates(within);
  for (const event of [LAUNCHED, BEGUN, ...TO_PASS.slice(3, 6)])
    for (const run of runs) expect(await run.commit(event)).toBeDefined();
  const after = await updates(within);
  return Object.fromEntries(
    ['runs', 'unpublished'].map((table) => {
      expect(after[table]!.all - before[table]!.all).toBe(50);
      return [table, after[table]!.hot - before[table]!.hot];
    }),
  );
}

async function updates(within: Sql): Promise<Record<string, { all: number; hot: number }>> {
  await within.rows('select pg_stat_force_next_flush()');
  const rows = await within.rows<{ name: string; all: number; hot: number }>(
    `select relname as name, n_tup_upd::int as all, n_tup_hot_upd::int as hot from pg_stat_user_tables
     where relname in ('runs', 'unpublished')`,
  );
  return Object.fromEntries(rows.map(({ name, all, hot }) => [name, { all, hot }]));
}
