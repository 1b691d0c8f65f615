/* I2, I5, I8: an owner is fenced before its lease can be over, and a database that is only late loses no run. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LiveActor, RenewedLease } from '#shared/adapters/database/runs/heartbeat.ts';
import { createLeaseKeeper, type LeaseKeeper } from '../../../../services/runner/claim/lease-keeper.ts';

const HEARTBEAT = 2_000;
const FENCE = 6_000;

/** An actor that remembers what it received, and when. */
function createActor(runId: string, epoch = 1) {
  const received: unknown[] = [];
  return {
    runId,
    epoch,
    received,
    cancel: (cancel: unknown) => void received.push({ cancel, at: Date.now() }),
    ordered: (count: number) => void received.push({ ordered: count, at: Date.now() }),
    fence: async (why: string) => void received.push({ why, at: Date.now() }),
  };
}
const all = async (actors: LiveActor[]): Promise<RenewedLease[]> =>
  actors.map((actor) => ({ ...actor, cancel: undefined, orders: 0 }));
const outage = async () => {
  throw new Error('no database');
};

let keeper: LeaseKeeper;
let answer: (actors: LiveActor[]) => Promise<RenewedLease[]>;
let asked: { actors: LiveActor[]; at: number }[];
let errors: unknown[];

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  asked = [];
  errors = [];
  answer = all;
  keeper = createLeaseKeeper({
    heartbeatMs: HEARTBEAT,
    fenceMs: FENCE,
    heartbeat: (actors) => {
      asked.push({ actors, at: Date.now() });
      return answer(actors);
    },
    now: () => Date.now(),
    onError: (error) => errors.push(error),
  });
});
afterEach(() => {
  keeper[Symbol.dispose]();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
/** Waits by the same clock, which only `pass` moves. */
const passed = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

describe('the lease keeper', () => {
  it('renews the leases of its live actors, and of nobody else, with each heartbeat', async () => {
    const [kept, ended] = [createActor('kept'), createActor('ended')];
    keeper.keep(kept, 0);
    keeper.keep(ended, 0);
    keeper.release(ended);
    await pass(3 * HEARTBEAT);
    expect(asked.map(({ at }) => at)).toEqual([2_000, 4_000, 6_000]);
    for (const { actors } of asked) expect(actors).toEqual([{ runId: 'kept', epoch: 1 }]);
    await pass(10 * FENCE);
    expect([...kept.received, ...ended.received]).toEqual([]);
  });

  it('I2, I8: fences an actor 0.6 lease after the last acknowledged heartbeat', async () => {
    const actor = createActor('run');
    keeper.keep(actor, 0);
    await pass(HEARTBEAT);
    answer = outage;
    await pass(FENCE - 1);
    expect(actor.received).toEqual([]);
    await pass(1);
    expect(actor.received).toEqual([
      { why: 'its lease could not be renewed in time', at: HEARTBEAT + FENCE },
    ]);
    expect(keeper.holds(actor)).toBe(false);
    expect(errors.length).toBeGreaterThan(0);
  });

  it('I2: counts from the moment before the claim was sent, not from its answer', async () => {
    answer = outage;
    await pass(1_000);
    const actor = createActor('run');
    keeper.keep(actor, 400);
    await pass(10 * FENCE);
    expect(actor.received).toMatchObject([{ at: 400 + FENCE }]);
  });

  it('I2: counts from the sending of a heartbeat, however late its answer comes', async () => {
    const actor = createActor('run');
    keeper.keep(actor, 0);
    const late = Promise.withResolvers<RenewedLease[]>();
    answer = () => late.promise;
    await pass(HEARTBEAT + HEARTBEAT / 4);
    answer = outage;
    late.resolve([{ runId: 'run', epoch: 1, cancel: undefined, orders: 0 }]);
    await pass(10 * FENCE);
    expect(actor.received).toMatchObject([{ at: HEARTBEAT + FENCE }]);
  });

  it('I2, I5: a database that answers late, but before the fence, loses no run', async () => {
    const actor = createActor('run');
    keeper.keep(actor, 0);
    for (const late of [HEARTBEAT * 0.6, HEARTBEAT * 1.5, FENCE - HEARTBEAT]) {
      answer = async (actors) => {
        await passed(late);
        return all(actors);
      };
      await pass(5 * FENCE);
      expect(actor.received).toEqual([]);
    }
    answer = all;
    await pass(FENCE);
  });

  it('I2: an older answer that comes after a newer one takes nothing back', async () => {
    const actor = createActor('run');
    keeper.keep(actor, 0);
    const older = Promise.withResolvers<RenewedLease[]>();
    answer = () => older.promise;
    await pass(HEARTBEAT);
    answer = all;
    await pass(HEARTBEAT * 0.6);
    const renewed = asked.at(-1)!.at;
    expect(renewed).toBeGreaterThan(HEARTBEAT * 1.5);
    expect(renewed).toBeLessThanOrEqual(HEARTBEAT * 1.6);
    answer = outage;
    older.resolve(await all([actor]));
    await pass(10 * FENCE);
    expect(actor.received).toMatchObject([{ at: renewed + FENCE }]);
  });

  it('I2: an answer that comes after the fence renews nothing, even before the late timer fires', async () => {
    const actor = createActor('run');
    keeper.keep(actor, 0);
    const late = Promise.withResolvers<RenewedLease[]>();
    answer = () => late.promise;
    await pass(HEARTBEAT);
    answer = outage;
    vi.setSystemTime(FENCE);
    late.resolve(await all([actor]));
    await pass(0);
    expect(keeper.holds(actor)).toBe(false);
    await pass(FENCE);
    expect(actor.received).toMatchObject([{ why: 'its lease could not be renewed in time' }]);
  });

  it('I5: asks again soon when a heartbeat is not answered in half its interval, and does not wait for the silent one', async () => {
    answer = () => Promise.withResolvers<RenewedLease[]>().promise;
    await pass(HEARTBEAT * 1.5 - 1);
    expect(asked).toHaveLength(1);
    await pass(HEARTBEAT / 10 + 1);
    expect(asked).toHaveLength(2);
    answer = outage;
    await pass(HEARTBEAT);
    expect(asked.length).toBeGreaterThan(4);
  });

  it('I2: fences at once what the database did not renew, and only that', async () => {
    const [kept, lost] = [createActor('kept'), createActor('lost')];
    keeper.keep(kept, 0);
    keeper.keep(lost, 0);
    answer = async (actors) => all(actors.filter(({ runId }) => runId === 'kept'));
    await pass(HEARTBEAT);
    expect(lost.received).toMatchObject([
      { why: expect.stringContaining('no longer the owner'), at: HEARTBEAT },
    ]);
    expect(kept.received).toEqual([]);
    expect([keeper.holds(kept), keeper.holds(lost)]).toEqual([true, false]);
  });

  it('I5: can renew no lease once its heartbeats have all failed for a fence time, until one is acknowledged', async () => {
    answer = outage;
    await pass(FENCE - 1);
    expect(keeper.canRenew).toBe(true);
    await pass(1);
    expect(keeper.canRenew).toBe(false);
    await pass(10 * FENCE);
    expect(keeper.canRenew).toBe(false);
    answer = all;
    await pass(HEARTBEAT);
    expect(keeper.canRenew).toBe(true);
    const late = Promise.withResolvers<RenewedLease[]>();
    answer = () => late.promise;
    await pass(3 * FENCE);
    late.resolve([]);
    await pass(0);
    // The first of those was sent more than a fence ago, the last one just now.
    expect(keeper.canRenew).toBe(true);
  });

  it('I3: hands a recorded cancel to its actor', async () => {
    const actor = createActor('run');
    keeper.keep(actor, 0);
    const cancel = { source: 'user', mode: 'force', reason: 'wrong shop' } as const;
    answer = async (actors) => actors.map((live) => ({ ...live, cancel, orders: 0 }));
    await pass(HEARTBEAT);
    expect(actor.received).toEqual([{ cancel, at: HEARTBEAT }]);
  });

  it('tells its actor that a person has asked for something', async () => {
    const actor = createActor('run');
    keeper.keep(actor, 0);
    answer = async (actors) => (await all(actors)).map((lease) => ({ ...lease, orders: 1 }));
    await pass(HEARTBEAT);
    expect(actor.received).toEqual([{ ordered: 1, at: HEARTBEAT }]);
  });

  it('leaves an actor alone that ended, or came, while a heartbeat was on its way', async () => {
    const [before, after] = [createActor('run'), createActor('new')];
    keeper.keep(before, 0);
    const late = Promise.withResolvers<RenewedLease[]>();
    answer = () => late.promise;
    await pass(HEARTBEAT);
    keeper.release(before);
    keeper.keep(after, HEARTBEAT);
    late.resolve([]);
    await pass(0);
    expect([...before.received, ...after.received]).toEqual([]);
    expect(keeper.holds(after)).toBe(true);
  });

  it('I2: goes by the actor, not by its run: the end of one that lost the run leaves the lease of the next one alone', async () => {
    const [first, second] = [createActor('run', 1), createActor('run', 3)];
    keeper.keep(first, 0);
    keeper.keep(second, 1_000);
    answer = async (actors) => all(actors.filter(({ epoch }) => epoch === 3));
    await pass(HEARTBEAT);
    expect(first.received).toMatchObject([{ why: expect.stringContaining('no longer the owner') }]);
    keeper.release(first);
    expect([keeper.holds(first), keeper.holds(second)]).toEqual([false, true]);
    await pass(10 * FENCE);
    expect(asked.at(-1)?.actors).toEqual([{ runId: 'run', epoch: 3 }]);
    expect(second.received).toEqual([]);
  });

  it('I2: says that a lease no longer holds even before the late timer fires', () => {
    const actor = createActor('run');
    keeper.keep(actor, 0);
    vi.setSystemTime(FENCE - 1);
    expect(keeper.holds(actor)).toBe(true);
    vi.setSystemTime(FENCE);
    expect(keeper.holds(actor)).toBe(false);
    expect(keeper.holds(createActor('run'))).toBe(false);
  });
});
