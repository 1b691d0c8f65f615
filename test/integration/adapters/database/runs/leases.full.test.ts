/* I2, I4, I5: a run has a lease while it has an owner, who renews it or loses the run, never both. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectDatabase, type Database } from '#shared/adapters/database/connect.ts';
import { commitTransition } from '#shared/adapters/database/runs/commit.ts';
import { finaliseStale, findSweepable, readSupervisedRun } from '#shared/adapters/database/runs/finalise.ts';
import { heartbeat } from '#shared/adapters/database/runs/heartbeat.ts';
import { recordCancelRequest } from '#shared/adapters/database/runs/record-cancel.ts';
import { forgetLeases, mendLeases } from '#shared/adapters/database/runs/retention.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { restore } from '#shared/domain/run/snapshot.ts';
import { createOwner } from '../../../../support/database/accounts.ts';
import { endLease } from '../../../../support/database/leases.ts';
import {
  apply,
  CANCEL,
  CLAIM,
  CLOSED,
  claimByHand,
  queueRun,
  SETTLED,
  TO_PASS,
} from '../../../../support/database/runs.ts';
import { eventually } from '../../../../support/eventually.ts';
import { createTestDatabase } from '../../../../support/servers/servers.ts';

const LEASE_MS = 10_000;
const RULES = { overdueMs: 14_500, byCancel: false };
let database: Database;
let account: { userId: string; projectId: string };

beforeAll(async () => {
  const { url } = await createTestDatabase();
  database = connectDatabase({ url, applicationName: 'leases' });
  account = await createOwner(database.sql);
});
afterAll(() => database?.[Symbol.asyncDispose]());

const sql = () => database.sql;

async function claimed(leaseMs = LEASE_MS) {
  const owner = randomUUID();
  await queueRun(sql(), account);
  const run = await claimByHand(sql(), owner, leaseMs);
  return { ...run, owner, actor: { runId: run.run.id, epoch: run.run.epoch } };
}

/** What a supervisor would store that has judged the run now. */
async function staleEnd(id: string, rules = RULES) {
  const run = (await readSupervisedRun(sql(), id, rules))!;
  const snapshot = apply(restore(run.snapshot), { type: 'STALE', at: 2_000, source: 'supervisor' });
  const transition = { runId: id, epoch: run.epoch, lastSeq: run.lastSeq, snapshot, events: [] };
  return () => finaliseStale(sql(), transition, rules, run.cancel);
}

const leaseOf = (id: string) => sql().row('select owner, epoch from leases where run_id = $1', [id]);
/** Waits until so many statements of this file wait for a lock. */
const waiting = (count: number) =>
  eventually(async () => {
    const found = await sql().rows(
      `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    expect(found).toHaveLength(count);
  });

describe('a lease', () => {
  it('I2: is there while its run has an owner, and gone with its end', async () => {
    const run = await claimed();
    expect(await leaseOf(run.run.id)).toEqual({ owner: run.owner, epoch: 1 });
    for (const event of TO_PASS) expect(await run.commit(event)).toBeDefined();
    expect(await leaseOf(run.run.id)).toBeUndefined();
    expect(await heartbeat(sql(), run.owner, [run.actor], LEASE_MS)).toEqual([]);
  });

  it('I2: that is being renewed is judged after that, and its run is not taken', async () => {
    const run = await claimed();
    await run.commit(CLAIM);
    await endLease(sql(), run.run.id);
    const end = await staleEnd(run.run.id);
    let ending: ReturnType<typeof end> | undefined;
    await sql().transaction(async (within) => {
      // A heartbeat that came in time, and whose commit is slow.
      await within.rows(`update leases set until = clock_timestamp() + interval '10 s' where run_id = $1`, [
        run.run.id,
      ]);
      ending = end();
      await waiting(1);
    });
    expect(await ending).toBeUndefined();
    expect(await heartbeat(sql(), run.owner, [run.actor], LEASE_MS)).toHaveLength(1);
  });

  it('I2: is not renewed any more once its run is being taken', async () => {
    const run = await claimed();
    await run.commit(CLAIM);
    await endLease(sql(), run.run.id);
    const end = await staleEnd(run.run.id);
    const [ended, renewed] = await Promise.all([end(), heartbeat(sql(), run.owner, [run.actor], LEASE_MS)]);
    expect(ended).toBeDefined();
    expect(renewed).toEqual([]);
    expect(await commitTransition(sql(), run.owner, run.next(SETTLED))).toBeUndefined();
  });

  it('I5: that is missing, as after a repair by hand, is found to be over; one that is there stays', async () => {
    const [bare, held] = [await claimed(), await claimed()];
    await sql().rows('delete from leases where run_id = $1', [bare.run.id]);
    await mendLeases(sql());
    const over = await findSweepable(sql(), 'lease over', RULES, 100);
    expect(over).toContain(bare.run.id);
    expect(over).not.toContain(held.run.id);
    expect(await (await staleEnd(bare.run.id))()).toBeDefined();
    expect(await heartbeat(sql(), held.owner, [held.actor], LEASE_MS)).toHaveLength(1);
  });

  it('I4: of an owner that ends its run while a supervisor takes it: one does, and neither waits for the other in a circle', async () => {
    const rules = { overdueMs: 0, byCancel: false };
    for (let n = 0; n < 60; n += 1) {
      const run = await claimed();
      for (const event of TO_PASS.slice(0, -1)) await run.commit(event);
      await recordCancelRequest(sql(), { runId: run.run.id, by: 'user', mode: 'graceful' });
      await run.commit(CANCEL);
      const end = await staleEnd(run.run.id, rules);
      const last = run.next(CLOSED);
      const stored = await Promise.all([
        end(),
        commitTransition(sql(), run.owner, last),
        heartbeat(sql(), run.owner, [run.actor], LEASE_MS).then(() => undefined),
      ]);
      expect(stored.filter((one) => one !== undefined)).toHaveLength(1);
    }
  });

  it('I14: is renewed without a write to its run or to an index', async () => {
    // A database of its own and one connection: its counts are seen as soon as they are asked for.
    const { url } = await createTestDatabase();
    await using alone = connectDatabase({ url, applicationName: 'leases', poolSize: 1 });
    const of = await createOwner(alone.sql);
    const owner = randomUUID();
    const actors = [];
    for (let n = 0; n < 8; n += 1) {
      await queueRun(alone.sql, of);
      const { run } = await claimByHand(alone.sql, owner, LEASE_MS);
      actors.push({ runId: run.id, epoch: run.epoch });
    }
    const before = await updates(alone.sql);
    for (let n = 0; n < 50; n += 1)
      expect(await heartbeat(alone.sql, owner, actors, LEASE_MS)).toHaveLength(8);
    const after = await updates(alone.sql);
    const by = (table: string, what: 'all' | 'hot') => after[table]![what] - (before[table]?.[what] ?? 0);
    expect(by('runs', 'all')).toBe(0);
    expect(by('leases', 'all')).toBe(400);
    // Some have to go to another page, until the dead rows of theirs are pruned.
    expect(by('leases', 'hot')).toBeGreaterThan(300);
  });
});

interface Updates {
  all: number;
  hot: number;
}

async function updates(sql: Sql): Promise<Record<string, Updates>> {
  await sql.rows('select pg_stat_force_next_flush()');
  const rows = await sql.rows<Updates & { name: string }>(
    `select relname as name, n_tup_upd::int as all, n_tup_hot_upd::int as hot from pg_stat_user_tables
     where relname in ('runs', 'leases')`,
  );
  return Object.fromEntries(rows.map(({ name, all, hot }) => [name, { all, hot }]));
}

it('what is ended by hand leaves a lease that nobody holds, which is deleted once it is over', async () => {
  const untilOf = async (id: string) =>
    (await sql().row<{ until: Date }>('select until from leases where run_id = $1', [id]))?.until.getTime();
  const { id } = (await claimed()).run;
  await sql().rows(
    `update runs set status = 'fail', state = 'fail', finished_at = clock_timestamp() where id = $1`,
    [id],
  );
  const live = await claimed();
  await endLease(sql(), live.run.id);
  await forgetLeases(sql());
  expect([await untilOf(id), await untilOf(live.run.id)]).toEqual([expect.any(Number), expect.any(Number)]);
  await endLease(sql(), id);
  expect(await forgetLeases(sql())).toBe(false);
  expect([await untilOf(id), await untilOf(live.run.id)]).toEqual([undefined, expect.any(Number)]);
});
