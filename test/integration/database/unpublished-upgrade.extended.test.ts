/* A rolling upgrade: services of the version before keep the watermarks in columns of `runs`. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connectDatabase, type Database } from '#shared/database/connect.ts';
import { migrate } from '#shared/database/migrate.ts';
import { MIGRATIONS } from '#shared/database/migrations/all.ts';
import { finaliseStale, readSupervisedRun, requeueStale } from '#shared/database/runs/finalise.ts';
import { findUnpublished, findUnpublishedRun, markPublished } from '#shared/database/runs/publishing.ts';
import type { Sql } from '#shared/database/sql.ts';
import { restore } from '#shared/run/snapshot.ts';
import { createOwner } from '../../support/database/accounts.ts';
import { queueEarlier } from '../../support/database/earlier-runs.ts';
import { endLease } from '../../support/database/leases.ts';
import {
  apply,
  CLAIM,
  claimByHand,
  LAUNCHED,
  type QueueOptions,
  queueRun,
  type TestEvent,
  TO_PASS,
} from '../../support/database/runs.ts';
import { createEmptyDatabase, createTestDatabase } from '../../support/servers/servers.ts';

const RULES = { overdueMs: 14_500, byCancel: false };
let database: Database;
let account: { userId: string; projectId: string };

beforeAll(async () => {
  const { url } = await createTestDatabase();
  database = connectDatabase({ url, applicationName: 'upgrade' });
  account = await createOwner(database.sql);
});
beforeEach(() => database.sql.rows('truncate runs, leases, unpublished cascade'));
afterAll(() => database?.[Symbol.asyncDispose]());

const sql = () => database.sql;

/** Conditions of the previous version's services. */
const UNPUBLISHED = `(published_seq < last_seq
  or published_rank < case status when 'running' then 1 when 'cancelling' then 2 else 4 end)`;
const EARLIER = {
  claim: `update runs set owner = $2, epoch = epoch + 1, claimed_at = clock_timestamp(), heartbeat_at = clock_timestamp(),
    lease_until = clock_timestamp() + interval '10 s' where id = $1`,
  /** Adds two events; $2 is what NATS has had. */
  commit: `update runs set last_seq = last_seq + 2, published_seq = greatest(published_seq, $2),
    published_rank = greatest(published_rank, 1) where id = $1`,
  end: `update runs set last_seq = last_seq + 1, status = 'fail', state = 'fail', finished_at = clock_timestamp() where id = $1`,
  finalise: `update runs set last_seq = last_seq + 1, status = 'fail', state = 'fail', stale = true, epoch = epoch + 1,
    finished_at = clock_timestamp() where id = $1`,
  requeue: `update runs set last_seq = last_seq + 1, epoch = epoch + 1, attempt = attempt + 1, owner = null, lease_until = null
    where id = $1`,
  published: `update runs set published_seq = greatest(published_seq, $2), published_rank = greatest(published_rank, $3)
    where id = $1 and (published_seq < $2 or published_rank < $3)`,
};
const earlier = (what: keyof typeof EARLIER, ...values: unknown[]) => sql().rows(EARLIER[what], values);
const earlierRelayFinds = async (id: string) =>
  (await sql().rows(`select from runs where id = $1 and ${UNPUBLISHED}`, [id])).length === 1;

const leftOf = async (runId: string, within = sql()) => {
  const left = await findUnpublishedRun(within, runId);
  return left && { seq: left.seq, rank: left.rank };
};
const relayFinds = async (id: string) =>
  (await findUnpublished(sql(), 1_000)).some(({ runId }) => runId === id);

async function claimedEarlier() {
  const { id } = await queueEarlier(sql(), account);
  await earlier('claim', id, randomUUID());
  await earlier('commit', id, 0);
  return id;
}

async function claimed(events: TestEvent[], options: QueueOptions = {}) {
  await queueRun(sql(), account, options);
  const run = await claimByHand(sql(), randomUUID());
  for (const event of events) await run.commit(event);
  return { id: run.run.id, run };
}

/** A supervisor of this version takes it from its owner. */
async function takeFromOwner(id: string, type: 'STALE' | 'REQUEUE') {
  await endLease(sql(), id);
  const run = (await readSupervisedRun(sql(), id, RULES))!;
  const before = restore(run.snapshot);
  const snapshot = apply(
    before,
    type === 'STALE' ? { type, at: 2_000, source: 'supervisor' } : { type, at: 2_000 },
  );
  const transition = { runId: id, epoch: run.epoch, lastSeq: run.lastSeq, snapshot, events: [] };
  const stored =
    type === 'STALE'
      ? await finaliseStale(sql(), transition, RULES, run.cancel)
      : await requeueStale(sql(), transition, RULES);
  expect(stored).toBeDefined();
}

describe('a run that services of the version before accept, have and end', () => {
  it('I7: is unpublished until they say that NATS has all of it', async () => {
    const id = await claimedEarlier();
    expect(await leftOf(id)).toEqual({ seq: 0, rank: 1 });
    expect(await relayFinds(id)).toBe(false);
    await earlier('commit', id, 2);
    expect(await leftOf(id)).toEqual({ seq: 2, rank: 1 });
    await earlier('end', id);
    await earlier('published', id, 4, 1);
    expect(await leftOf(id)).toEqual({ seq: 4, rank: 1 });
    await earlier('published', id, 5, 4);
    expect(await leftOf(id)).toBeUndefined();
  });

  it('I7: stays while they have it, though NATS has all of it', async () => {
    const id = await claimedEarlier();
    await earlier('published', id, 2, 1);
    expect(await leftOf(id)).toEqual({ seq: 2, rank: 1 });
  });

  it('I7: is for the relay from the start if they end without a word', async () => {
    const { id } = await queueEarlier(sql(), account);
    expect(await relayFinds(id)).toBe(true);
    await earlier('published', id, 0, 1);
    expect(await leftOf(id)).toBeUndefined();
    const other = await claimedEarlier();
    await earlier('finalise', other);
    expect(await relayFinds(other)).toBe(true);
  });

  it('I7: goes on with what they have said if a supervisor of this version ends it', async () => {
    const id = await claimedEarlier();
    await earlier('commit', id, 2);
    await takeFromOwner(id, 'STALE');
    expect(await leftOf(id)).toEqual({ seq: 2, rank: 1 });
    expect([await relayFinds(id), await earlierRelayFinds(id)]).toEqual([true, false]);
  });
});

describe('a run of services of this version', () => {
  it('is nothing that a relay of the version before would publish, once it has an owner', async () => {
    const { id, run } = await claimed([]);
    for (const event of TO_PASS) {
      await run.commit(event);
      expect(await earlierRelayFinds(id)).toBe(false);
    }
    expect(await leftOf(id)).toEqual({ seq: 0, rank: 0 });
  });

  it.each(['finalise', 'requeue'] as const)(
    'I7: is for the relay of this version, from what NATS has, after a %s by a supervisor of the version before',
    async (what) => {
      const { id, run } = await claimed([CLAIM, LAUNCHED]);
      await markPublished(sql(), { runId: id, seq: 1, rank: 1 });
      await earlier(what, id);
      expect(await leftOf(id)).toEqual({ seq: 1, rank: 1 });
      expect(await relayFinds(id)).toBe(true);
      // It says so of what it had itself, and believes that the rest was published.
      await earlier('published', id, run.lastSeq + 1, 4);
      expect(await leftOf(id)).toEqual({ seq: 1, rank: 1 });
    },
  );

  it('I7: lacks nothing where a runner of the version before has it after a requeue', async () => {
    const { id, run } = await claimed([CLAIM, LAUNCHED], { onRunnerLoss: 'requeue' });
    await takeFromOwner(id, 'REQUEUE');
    await earlier('claim', id, randomUUID());
    await earlier('commit', id, run.lastSeq);
    await earlier('end', id);
    await earlier('published', id, run.lastSeq + 3, 4);
    expect(await leftOf(id)).toEqual({ seq: 0, rank: 0 });
  });
});

describe('the migration', () => {
  const UNTIL = MIGRATIONS.findIndex(({ name }) => name.endsWith('_unpublished'));

  it('I7: takes over what is unpublished, and what NATS has of it', async () => {
    const { url } = await createEmptyDatabase();
    await migrate(url, undefined, MIGRATIONS.slice(0, UNTIL));
    await using older = connectDatabase({ url, applicationName: 'upgrade' });
    const of = await createOwner(older.sql);
    const ids = [];
    for (let n = 0; n < 5; n += 1) ids.push((await queueEarlier(older.sql, of)).id);
    const [queued, known, live, ended, over] = ids as [string, string, string, string, string];
    const told = (what: keyof typeof EARLIER, ...values: unknown[]) => older.sql.rows(EARLIER[what], values);
    await told('published', known, 0, 1);
    for (const id of [live, ended, over]) {
      await told('claim', id, randomUUID());
      await told('commit', id, 0);
      await told('commit', id, 2);
    }
    for (const id of [ended, over]) await told('end', id);
    await told('published', over, 5, 4);
    await migrate(url);
    expect(await leftOf(queued, older.sql)).toEqual({ seq: 0, rank: 0 });
    expect(await leftOf(live, older.sql)).toEqual({ seq: 2, rank: 1 });
    expect(await leftOf(ended, older.sql)).toEqual({ seq: 2, rank: 1 });
    expect([await leftOf(known, older.sql), await leftOf(over, older.sql)]).toEqual([undefined, undefined]);
    expect(await dueOf(older.sql)).toEqual(new Set([queued, ended]));
  });
});

const dueOf = async (within: Sql) => {
  const due = 'select run_id as id from unpublished where due_at is not null';
  return new Set((await within.rows<{ id: string }>(due)).map(({ id }) => id));
};
