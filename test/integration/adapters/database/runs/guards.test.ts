/* I1, I2, I3: the database refuses what a lost owner, a recorded cancel or a final status forbids. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectDatabase, type Database } from '#shared/adapters/database/connect.ts';
import { claimAgain } from '#shared/adapters/database/runs/claim.ts';
import { commitTransition, readOwnedRun } from '#shared/adapters/database/runs/commit.ts';
import {
  cancelQueued,
  expireQueued,
  finaliseStale,
  findSweepable,
  readSupervisedRun,
} from '#shared/adapters/database/runs/finalise.ts';
import { heartbeat } from '#shared/adapters/database/runs/heartbeat.ts';
import { readLog } from '#shared/adapters/database/runs/log.ts';
import { recordCancelRequest } from '#shared/adapters/database/runs/record-cancel.ts';
import { eventsBetween } from '#shared/domain/events/between.ts';
import { restore } from '#shared/domain/run/snapshot.ts';
import { createOwner } from '../../../../support/database/accounts.ts';
import { claimNext } from '../../../../support/database/claim-next.ts';
import { endLease } from '../../../../support/database/leases.ts';
import { holdRunner } from '../../../../support/database/live-runner.ts';
import {
  apply,
  BEGUN,
  CANCEL,
  CLAIM,
  CLOSED,
  claimByHand,
  INTERRUPTED,
  LAUNCHED,
  queueRun,
  STEP_OK,
  type TestEvent,
  TO_PASS,
} from '../../../../support/database/runs.ts';
import { createTestDatabase } from '../../../../support/servers/servers.ts';

let database: Database;
let url: string;
let account: { userId: string; projectId: string };
const A = randomUUID();
const B = randomUUID();
const RULES = { overdueMs: 14_500, byCancel: false };

beforeAll(async () => {
  url = (await createTestDatabase()).url;
  database = connectDatabase({ url, applicationName: 'guards' });
  account = await createOwner(database.sql);
});
afterAll(() => database[Symbol.asyncDispose]());

const sql = () => database.sql;
const row = (id: string) => sql().row<Record<string, unknown>>('select * from runs where id = $1', [id]);
const expireLease = (id: string) => endLease(sql(), id);
const cancel = (runId: string, by: 'user' | 'shutdown' = 'user') =>
  recordCancelRequest(sql(), { runId, by, mode: 'graceful' });

async function claimed(leaseMs?: number) {
  await queueRun(sql(), account);
  return claimByHand(sql(), A, leaseMs);
}
async function finalise(id: string, received: TestEvent, how: 'stale' | 'queued' | 'expired', rules = RULES) {
  const run = await readSupervisedRun(sql(), id, rules);
  const before = restore(run!.snapshot);
  const snapshot = apply(before, received);
  const events = eventsBetween(before, snapshot, { step: () => ({}), evidence: () => ({}) });
  const transition = { runId: id, epoch: run!.epoch, lastSeq: run!.lastSeq, snapshot, events };
  if (how === 'queued') return cancelQueued(sql(), transition);
  if (how === 'expired') return expireQueued(sql(), transition);
  return finaliseStale(sql(), transition, rules, run!.cancel);
}
const STALE: TestEvent = { type: 'STALE', at: 2_000, source: 'supervisor' };

describe('claimNext', () => {
  it('I2: gives each queued run to one owner only, oldest first, however many claim at once', async () => {
    const queued = [];
    for (let n = 0; n < 10; n++) queued.push((await queueRun(sql(), account)).id);
    const claims = await Promise.all(
      Array.from({ length: 20 }, (_, n) => claimNext(sql(), n % 2 ? A : B, 10_000)),
    );
    const ids = claims.flatMap((claim) => (claim ? [claim.id] : []));
    expect(ids.toSorted()).toEqual(queued.toSorted());
  });

  it('leaves a run that another version of the machine wrote to the runners of that version', async () => {
    const { id } = await queueRun(sql(), account);
    await sql().rows('update runs set machine_version = 99 where id = $1', [id]);
    expect(await claimNext(sql(), A, 10_000)).toBeUndefined();
    await cancel(id);
    await finalise(id, CANCEL, 'queued');
  });

  it('I5: brings the runs of a claim that is asked again, with what is left of their leases, and no others', async () => {
    const [claim, owner] = [randomUUID(), randomUUID()];
    await queueRun(sql(), account);
    const left = await queueRun(sql(), account);
    const lost = (await claimNext(sql(), owner, 10_000, {}, [], [], claim))!;
    const again = () => claimAgain(sql(), { claim, owner, leaseMs: 10_000, most: 1 });
    const [found, ...more] = (await again()).runs;
    const { now, leaseLeft, ...run } = lost;
    expect(found).toMatchObject(run);
    expect(more).toEqual([]);
    expect(found!.now.getTime()).toBeGreaterThanOrEqual(now.getTime());
    expect(leaseLeft).toBe(10_000);
    expect(found!.leaseLeft).toBeGreaterThan(8_000);
    expect(found!.leaseLeft).toBeLessThanOrEqual(10_000);
    await expireLease(lost.id);
    // Its place in the claim is still taken: the next claim needs another id.
    expect(await again()).toMatchObject({ runs: [], isOver: true });
    await cancel(left.id);
    await finalise(left.id, CANCEL, 'queued');
  });

  it('I3: never takes a run with a recorded cancel', async () => {
    const { id } = await queueRun(sql(), account);
    await cancel(id);
    expect(await claimNext(sql(), A, 10_000)).toBeUndefined();
    await finalise(id, CANCEL, 'queued');
  });
});

describe('commitTransition', () => {
  it('I6: numbers events 1..n without gaps and ends with one run_end, then the final status', async () => {
    const owned = await claimed();
    for (const received of TO_PASS) expect(await owned.commit(received)).toBeDefined();
    const log = await readLog(sql(), owned.run.id, 0, 100);
    expect(log!.events.map((event) => event.seq)).toEqual(log!.events.map((_, n) => n + 1));
    expect(log!.events.filter((event) => event.type === 'run_end')).toHaveLength(1);
    expect(log!.events.at(-1)).toMatchObject({ type: 'run_end', payload: { status: 'pass' } });
    expect(log!.changes).toMatchObject([
      { status: 'running', afterSeq: 0 },
      { status: 'pass', afterSeq: log!.lastSeq },
    ]);
  });

  it('I2: is refused to another owner, to an older epoch and after the lease', async () => {
    const owned = await claimed();
    await owned.commit(CLAIM);
    const stranger = { ...owned.next(LAUNCHED), epoch: owned.run.epoch - 1 };
    expect(await commitTransition(sql(), B, owned.next(LAUNCHED))).toBeUndefined();
    expect(await commitTransition(sql(), A, stranger)).toBeUndefined();
    await expireLease(owned.run.id);
    expect(await owned.commit(LAUNCHED)).toBeUndefined();
  });

  it('I12: stores a transition once, so that a repeat after a lost answer is refused and recognisable', async () => {
    const owned = await claimed();
    const transition = owned.next(CLAIM);
    expect(await commitTransition(sql(), A, transition)).toMatchObject({ lastSeq: 1 });
    expect(await commitTransition(sql(), A, transition)).toBeUndefined();
    const found = await readOwnedRun(sql(), owned.run.id);
    expect(found).toMatchObject({ owner: A, epoch: owned.run.epoch, lastSeq: 1, leased: true });
  });

  it('I3: refuses pass and an uncancelled fail once a cancel is recorded, and takes the cancelled fail', async () => {
    const owned = await claimed();
    for (const received of TO_PASS.slice(0, -1)) await owned.commit(received);
    await cancel(owned.run.id);
    expect(await owned.commit(TO_PASS.at(-1)!)).toBeUndefined();
    for (const received of [CANCEL, INTERRUPTED, CLOSED]) expect(await owned.commit(received)).toBeDefined();
    expect(await row(owned.run.id)).toMatchObject({
      status: 'fail',
      cancelled: true,
      stop_reason: 'cancelled',
    });
  });

  it('I3: refuses an outcome that names a runner that leaves, once a user has asked', async () => {
    const owned = await claimed();
    await cancel(owned.run.id, 'shutdown');
    for (const received of [CLAIM, { ...CANCEL, source: 'shutdown' }, INTERRUPTED] as TestEvent[])
      await owned.commit(received);
    await cancel(owned.run.id);
    expect(await owned.commit(CLOSED)).toBeUndefined();
    for (const received of [CANCEL, CLOSED]) expect(await owned.commit(received)).toBeDefined();
    const log = await readLog(sql(), owned.run.id, 0, 100);
    expect(log!.events.at(-1)).toMatchObject({ payload: { cancelled: true, source: 'user' } });
  });

  it('I3: tells the owner of a recorded cancel with each commit', async () => {
    const owned = await claimed();
    await recordCancelRequest(sql(), {
      runId: owned.run.id,
      by: 'user',
      mode: 'graceful',
      reason: 'wrong shop',
    });
    expect(await owned.commit(CLAIM)).toMatchObject({
      cancel: { source: 'user', mode: 'graceful', reason: 'wrong shop' },
    });
  });
});

describe('the database itself', () => {
  it('I1: refuses to change a final status', async () => {
    const owned = await claimed();
    for (const received of TO_PASS) await owned.commit(received);
    const set = (change: string) => sql().rows(`update runs set ${change} where id = $1`, [owned.run.id]);
    await expect(set(`status = 'fail'`)).rejects.toThrow('I1');
    await expect(set('last_seq = last_seq + 1')).rejects.toThrow('I1');
    await expect(set('cancel_requested_at = clock_timestamp()')).rejects.toThrow('I1');
  });

  it.each(["'pass', finished_at = clock_timestamp()", "'running'"])(
    'I1: refuses to go from cancelling to %s',
    async (status) => {
      const owned = await claimed();
      for (const received of [CLAIM, CANCEL]) await owned.commit(received);
      await expect(
        sql().rows(`update runs set status = ${status} where id = $1`, [owned.run.id]),
      ).rejects.toThrow('I1');
    },
  );

  it('I3: refuses a pass over a recorded cancel even to a statement that forgot the guard', async () => {
    const owned = await claimed();
    await cancel(owned.run.id);
    await expect(
      sql().rows(`update runs set status = 'pass', finished_at = clock_timestamp() where id = $1`, [
        owned.run.id,
      ]),
    ).rejects.toThrow('runs_cancel_wins');
  });

  it('I6: refuses a second run_end, an event after it, and a changed event', async () => {
    const owned = await claimed();
    for (const received of TO_PASS) await owned.commit(received);
    const add = (seq: number, type: string) =>
      sql().rows(`insert into events values ($1, $2, $3, null, '{}', clock_timestamp())`, [
        owned.run.id,
        seq,
        type,
      ]);
    await expect(add(0, 'run_end')).rejects.toThrow('_run_id_idx');
    await expect(add(99, 'run_end')).rejects.toThrow('I6');
    await expect(add(99, 'step_success')).rejects.toThrow('I6');
    await expect(
      sql().rows(`update events set payload = '{}' where run_id = $1`, [owned.run.id]),
    ).rejects.toThrow();
  });
});

describe('heartbeat', () => {
  it('renews only runs that have a live actor, under their epoch, and never an expired lease (I2)', async () => {
    const [kept, given, late] = [await claimed(), await claimed(), await claimed()];
    await expireLease(late.run.id);
    const actors = [kept, late].map(({ run }) => ({ runId: run.id, epoch: run.epoch }));
    const renewed = await heartbeat(sql(), A, [...actors, { runId: given.run.id, epoch: 99 }], 10_000);
    expect(renewed.map(({ runId }) => runId)).toEqual([kept.run.id]);
  });

  it('I3: brings the recorded cancel', async () => {
    const owned = await claimed();
    await cancel(owned.run.id, 'shutdown');
    const actors = [{ runId: owned.run.id, epoch: owned.run.epoch }];
    expect(await heartbeat(sql(), A, actors, 10_000)).toMatchObject([{ cancel: { source: 'shutdown' } }]);
    await cancel(owned.run.id, 'user');
    expect(await heartbeat(sql(), A, actors, 10_000)).toMatchObject([{ cancel: { source: 'user' } }]);
  });
});

describe('the supervisor', () => {
  it('I5: finalises a run whose lease is over, raising the epoch, and keeps its steps (I9)', async () => {
    const owned = await claimed();
    for (const received of [CLAIM, LAUNCHED, BEGUN, STEP_OK]) await owned.commit(received);
    expect(await finalise(owned.run.id, STALE, 'stale')).toBeUndefined();
    await expireLease(owned.run.id);
    expect(await findSweepable(sql(), 'lease over', RULES, 100)).toContain(owned.run.id);
    expect(await finalise(owned.run.id, STALE, 'stale')).toBeDefined();
    expect(await row(owned.run.id)).toMatchObject({ status: 'fail', stale: true, cancelled: true, epoch: 2 });
    expect(await owned.commit(BEGUN)).toBeUndefined();
    const log = await readLog(sql(), owned.run.id, 0, 100);
    expect(log!.events.map((event) => event.type)).toContain('step_success');
  });

  it('does not take a run whose owner lives, cancel or not, unless its session is gone', async () => {
    const owned = await claimed();
    await cancel(owned.run.id);
    const byCancel = { ...RULES, byCancel: true };
    const session = await holdRunner({ sql: sql(), url }, A);
    expect(await finalise(owned.run.id, STALE, 'stale', byCancel)).toBeUndefined();
    await session[Symbol.asyncDispose]();
    expect(await finalise(owned.run.id, STALE, 'stale', RULES)).toBeUndefined();
    expect(await finalise(owned.run.id, STALE, 'stale', byCancel)).toBeDefined();
  });

  it('I3: ends a queued run with a recorded cancel in one commit, without a stale mark', async () => {
    const { id } = await queueRun(sql(), account);
    expect(await finalise(id, CANCEL, 'queued')).toBeUndefined();
    await cancel(id);
    expect(await findSweepable(sql(), 'cancelled in the queue', RULES, 100)).toContain(id);
    expect(await finalise(id, CANCEL, 'queued')).toBeDefined();
    expect(await row(id)).toMatchObject({ status: 'fail', cancelled: true, stale: false });
    expect((await readLog(sql(), id, 0, 10))!.changes.map(({ status }) => status)).toEqual([
      'running',
      'fail',
    ]);
  });

  it('I5: expires a queued run that nobody took in time', async () => {
    const { id } = await queueRun(sql(), account, { queueTimeoutMs: 0 });
    expect(await claimNext(sql(), A, 10_000)).toBeUndefined();
    expect(
      await finalise(id, { type: 'EXPIRE', at: 1, why: 'unclaimed', error: 'no runner' }, 'expired'),
    ).toBeDefined();
    expect(await row(id)).toMatchObject({ status: 'fail', cancelled: false, stop_reason: 'queue_timeout' });
  });
});

describe('recordCancelRequest', () => {
  it('I2: lets a runner that leaves cancel only what it holds', async () => {
    const owned = await claimed();
    const record = (owner: string, epoch: number) =>
      recordCancelRequest(sql(), {
        runId: owned.run.id,
        by: 'shutdown',
        mode: 'graceful',
        heldBy: { owner, epoch },
      });
    expect(await record(B, owned.run.epoch)).toBeUndefined();
    expect(await record(A, owned.run.epoch - 1)).toBeUndefined();
    expect(await row(owned.run.id)).toMatchObject({ cancel_requested_at: null });
    expect(await record(A, owned.run.epoch)).toMatchObject({ cancel: { source: 'shutdown' } });
  });

  it('I3: records nothing on a final run, and only hardens what is recorded', async () => {
    const owned = await claimed();
    const record = (mode: 'graceful' | 'force', reason: string) =>
      recordCancelRequest(sql(), { runId: owned.run.id, by: 'user', mode, reason });
    await record('force', 'first');
    await record('graceful', 'second');
    expect(await row(owned.run.id)).toMatchObject({
      cancel_mode: 'force',
      cancel_reason: 'first',
      shown_status: 'cancelling',
    });
    for (const received of [CLAIM, CANCEL, INTERRUPTED, CLOSED]) await owned.commit(received);
    expect(await record('force', 'third')).toBeUndefined();
  });
});
