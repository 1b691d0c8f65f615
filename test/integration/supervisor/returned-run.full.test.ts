/* I2, I3, I13: a run that got no browser waits again under a new epoch, once, unless it is cancelled. */
import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { returnUnstarted } from '#shared/adapters/database/runs/commit.ts';
import { finaliseStale, readSupervisedRun } from '#shared/adapters/database/runs/finalise.ts';
import { unpublishedEntries } from '#shared/adapters/database/runs/publishing.ts';
import { replay, restore } from '#shared/domain/run/snapshot.ts';
import { claimNext } from '../../support/database/claim-next.ts';
import { extendLease } from '../../support/database/leases.ts';
import {
  CANCEL,
  CLAIM,
  CLOSED,
  claimByHand,
  NO_BROWSER,
  type QueueOptions,
  queueRun,
  SETTLED,
  TO_PASS,
} from '../../support/database/runs.ts';
import { OVERDUE_MS, useSupervisor } from './fixture.ts';

const supervisor = useSupervisor();
const NONE = { seq: 0, rank: 0 };
const LEASE_MS = 10_000;

/** A run for which no browser started, and whose owner is about to put it back. */
async function unstarted(options?: QueueOptions) {
  const run = await supervisor.claimed([CLAIM, NO_BROWSER], randomUUID(), options);
  return { ...run, putBack: () => returnUnstarted(supervisor.sql, run.owner, run.next(SETTLED), NONE) };
}

it.each(['fail', 'requeue'] as const)(
  'I2, I13: a returned run waits again under a new epoch, on the loss of its runner "%s", and passes on another',
  async (onRunnerLoss) => {
    const run = await unstarted({ onRunnerLoss });
    expect(await run.putBack()).toBeDefined();
    expect(await supervisor.outcome(run.id)).toMatchObject({
      status: 'running',
      state: 'running.queued',
      owner: null,
      epoch: 2,
      attempt: 1,
      error: null,
      stop_reason: null,
      finished_at: null,
    });
    const { events } = await supervisor.log(run.id);
    expect(events.at(-2)).toMatchObject({ type: 'requeued', payload: { attempt: 1, error: 'no browser' } });
    expect(await run.putBack()).toBeUndefined();
    expect(await run.commit(CANCEL)).toBeUndefined();

    const next = await claimByHand(supervisor.sql, randomUUID());
    expect(next.run).toMatchObject({ id: run.id, epoch: 3, attempt: 1, lastSeq: events.length });
    for (const event of TO_PASS) expect(await next.commit(event)).toBeDefined();
    expect(await supervisor.outcome(run.id)).toMatchObject({ status: 'pass', attempt: 1 });
    const after = (await supervisor.log(run.id)).events;
    expect(after.map(({ seq }) => seq)).toEqual(after.map((_, n) => n + 1));
  },
);

it('a returned run goes back once, by its machine and by the statement, and fails the second time', async () => {
  const run = await unstarted();
  await run.putBack();
  const owner = randomUUID();
  const again = await claimByHand(supervisor.sql, owner);
  for (const event of [CLAIM, NO_BROWSER]) await again.commit(event);
  // The move of a machine that knows no "once".
  const forgetful = { ...again.next(SETTLED), snapshot: restore(run.run.snapshot), events: [] };
  expect(await returnUnstarted(supervisor.sql, owner, forgetful, NONE)).toBeUndefined();
  expect(await again.commit(SETTLED)).toBeDefined();
  expect(await supervisor.outcome(run.id)).toMatchObject({
    status: 'fail',
    stop_reason: 'launch_failed',
    error: 'no browser',
  });
});

it.each([
  [
    'I3: a recorded cancel',
    `cancel_requested_at = clock_timestamp(), cancel_by = 'user', cancel_mode = 'graceful'`,
  ],
  ['I2: another owner', 'owner = gen_random_uuid()'],
  ['I2: another epoch', 'epoch = epoch + 1'],
  ['I2: another number', 'last_seq = last_seq + 1'],
])('%s has the statement refuse it', async (_, change) => {
  const run = await unstarted();
  await supervisor.set(run.id, change);
  const before = await supervisor.outcome(run.id);
  expect(await run.putBack()).toBeUndefined();
  expect(await supervisor.outcome(run.id)).toEqual(before);
});

it('I2: a lease that is over has the statement refuse it', async () => {
  const run = await unstarted();
  await supervisor.expireLease(run.id);
  const before = await supervisor.outcome(run.id);
  expect(await run.putBack()).toBeUndefined();
  expect(await supervisor.outcome(run.id)).toEqual(before);
});

it('I3: a returned run ends as cancelled, whichever of a cancel and the return comes first', async () => {
  for (let n = 0; n < 12; n += 1) {
    const run = await unstarted();
    const [stored, recorded] = await Promise.all(
      n % 2 === 0
        ? [run.putBack(), supervisor.cancel(run.id)]
        : [supervisor.cancel(run.id), run.putBack()].toReversed(),
    );
    expect(recorded).toBeDefined();
    if (stored) expect((await supervisor.sweep()).ended).toEqual([run.id]);
    else for (const event of [CANCEL, CLOSED]) expect(await run.commit(event)).toBeDefined();
    expect(await claimNext(supervisor.sql, randomUUID(), LEASE_MS)).toBeUndefined();
    expect(await supervisor.runEnds(run.id)).toEqual([{ status: 'fail', cancelled: true, source: 'user' }]);
  }
});

it('I2: only one of a return and the end as stale happens', async () => {
  const rules = { overdueMs: OVERDUE_MS, byCancel: false };
  const run = await unstarted();
  await supervisor.expireLease(run.id);
  const seen = (await readSupervisedRun(supervisor.sql, run.id, rules))!;
  const snapshot = replay(restore(seen.snapshot), { type: 'STALE', at: 1, source: 'supervisor' });
  const stale = { runId: run.id, epoch: seen.epoch, lastSeq: seen.lastSeq, snapshot, events: [] };
  // Its owner is back within its lease after all.
  await extendLease(supervisor.sql, run.id);
  expect(await run.putBack()).toBeDefined();
  expect(await finaliseStale(supervisor.sql, stale, rules, undefined)).toBeUndefined();

  const late = await unstarted();
  await supervisor.expireLease(late.id);
  const [stored, { ended }] = await Promise.all([late.putBack(), supervisor.sweep()]);
  expect([stored, ended]).toEqual([undefined, [late.id]]);
});

it('I5: its queue time goes on, with some seconds at least, and ends it', async () => {
  const run = await unstarted({ queueTimeoutMs: 60_000 });
  const { queue_until: before } = (await supervisor.outcome(run.id))!;
  await run.putBack();
  expect((await supervisor.outcome(run.id))!.queue_until).toEqual(before);
  await supervisor.sql.rows('delete from runs where id = $1', [run.id]);

  const late = await unstarted();
  await supervisor.set(late.id, `queue_until = clock_timestamp() - interval '1 s'`);
  await late.putBack();
  expect((await supervisor.sweep()).total).toBe(0);
  const [left] = await supervisor.sql.rows<{ s: number }>(
    `select extract(epoch from queue_until - at)::float8 as s from runs join events on run_id = id and type = 'requeued'
     where id = $1`,
    [late.id],
  );
  expect(left!.s).toBe(10);
  await supervisor.set(late.id, `queue_until = clock_timestamp() - interval '1 ms'`);
  expect((await supervisor.sweep()).ended).toEqual([late.id]);
  expect(await supervisor.outcome(late.id)).toMatchObject({ status: 'fail', stop_reason: 'queue_timeout' });
});

it('I13: its concurrency key is free for it, or, where it is left alone, for the one behind it', async () => {
  const claim = (without: string[]) => claimNext(supervisor.sql, randomUUID(), LEASE_MS, {}, without);
  const queueBehind = (concurrencyKey: string) =>
    queueRun(supervisor.sql, supervisor.account, { concurrencyKey });
  const first = await unstarted({ concurrencyKey: 'one' });
  await queueBehind('one');
  expect(await claim([])).toBeUndefined();
  await first.putBack();
  expect([(await claim([]))?.id, await claim([])]).toEqual([first.id, undefined]);

  const other = await unstarted({ concurrencyKey: 'two' });
  const behind = await queueBehind('two');
  await other.putBack();
  expect([(await claim([other.id]))?.id, await claim([])]).toEqual([behind.id, undefined]);
});

it('I6: its next owner publishes what its last one has not, and no more', async () => {
  const run = await unstarted();
  await returnUnstarted(supervisor.sql, run.owner, run.next(SETTLED), { seq: 2, rank: 1 });
  const next = (await claimNext(supervisor.sql, randomUUID(), LEASE_MS))!;
  const entries = await unpublishedEntries(supervisor.sql, next);
  expect(entries.map((entry) => (entry.kind === 'assist' ? entry.seq : entry.kind))).toEqual([3, 4]);
});
