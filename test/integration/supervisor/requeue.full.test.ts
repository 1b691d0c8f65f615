/* I2, I3, I5: a run whose runner is lost starts again or returns, once, unless its cancel is recorded. */
import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { claimAgain } from '#shared/adapters/database/runs/claim.ts';
import { returnUnstarted } from '#shared/adapters/database/runs/commit.ts';
import { readSupervisedRun, requeueStale } from '#shared/adapters/database/runs/finalise.ts';
import { unpublishedEntries } from '#shared/adapters/database/runs/publishing.ts';
import type { Transition } from '#shared/adapters/database/runs/transition.ts';
import { eventsBetween } from '#shared/domain/events/between.ts';
import { MACHINE_VERSION } from '#shared/domain/run/context.ts';
import { replay, restore } from '#shared/domain/run/snapshot.ts';
import { claimNext } from '../../support/database/claim-next.ts';
import { extendLease } from '../../support/database/leases.ts';
import {
  BEGUN,
  CANCEL,
  CLAIM,
  claimByHand,
  LAUNCHED,
  NO_BROWSER,
  SETTLED,
  STEP_OK,
  type TestEvent,
  TO_PASS,
} from '../../support/database/runs.ts';
import { OVERDUE_MS, useSupervisor } from './fixture.ts';

const supervisor = useSupervisor();
const REQUEUE = { onRunnerLoss: 'requeue' } as const;
const RULES = { overdueMs: OVERDUE_MS, byCancel: false };
const ONE_STEP = [CLAIM, LAUNCHED, BEGUN, STEP_OK];

/** The next owner of the run that waits. */
const claimHeld = (owner: string) => claimByHand(supervisor.sql, owner);

/** The only run that waits is claimed once more, comes as far as that, and loses its runner. */
async function loseAgain({ id, owner }: { id: string; owner: string }, received: readonly TestEvent[]) {
  const again = await claimHeld(owner);
  for (const event of received) expect(await again.commit(event)).toBeDefined();
  await supervisor.expireLease(id);
}

it('I5: the supervisor starts a run again whose runner is lost, if it asked for that, under a new epoch', async () => {
  const lost = await supervisor.orphaned(ONE_STEP, REQUEUE);
  const { requeued, ended, total } = await supervisor.sweep();
  expect({ requeued, ended, total }).toEqual({ requeued: [lost.id], ended: [], total: 1 });
  expect(await supervisor.outcome(lost.id)).toMatchObject({
    status: 'running',
    state: 'running.queued',
    owner: null,
    epoch: 2,
    attempt: 2,
    finished_at: null,
  });

  const { events } = await supervisor.log(lost.id);
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, n) => n + 1));
  expect(events.at(-2)).toMatchObject({
    type: 'requeued',
    payload: { attempt: 2, verdict: { owner: lost.owner, epoch: 1, why: 'owner_gone', browser: 'unknown' } },
  });

  const again = await claimHeld(lost.owner);
  expect(again.run).toMatchObject({ id: lost.id, epoch: 3, lastSeq: events.length });
  for (const event of TO_PASS) expect(await again.commit(event)).toBeDefined();
  expect(await supervisor.outcome(lost.id)).toMatchObject({ status: 'pass', attempt: 2 });
  const after = (await supervisor.log(lost.id)).events;
  expect(after.map(({ seq }) => seq)).toEqual(after.map((_, n) => n + 1));
  expect(after.filter(({ type }) => type === 'run_end')).toHaveLength(1);
});

it.each([
  ['queued', []],
  ['launching', [CLAIM]],
] as const)(
  'I5: returns a run to the queue, once, that was %s when its runner was lost, whatever it asked for',
  async (_, received) => {
    const lost = await supervisor.orphaned([...received]);
    expect(await supervisor.sweep()).toEqual({ requeued: [lost.id], ended: [], total: 1 });
    expect(await supervisor.outcome(lost.id)).toMatchObject({
      status: 'running',
      state: 'running.queued',
      owner: null,
      epoch: 2,
      attempt: 1,
      finished_at: null,
    });
    const { events } = await supervisor.log(lost.id);
    const requeued = events.find(({ type }) => type === 'requeued');
    expect(requeued?.payload).toEqual({
      attempt: 1,
      at: expect.any(String),
      returned: true,
      verdict: expect.objectContaining({ owner: lost.owner, epoch: 1, why: 'owner_gone' }),
    });
    expect(await lost.commit(CLAIM)).toBeUndefined();

    await loseAgain(lost, received);
    expect((await supervisor.sweep()).ended).toEqual([lost.id]);
    expect(await supervisor.outcome(lost.id)).toMatchObject({ status: 'fail', stale: true, attempt: 1 });
  },
);

it('I5: a run that has returned to the queue has its restart left, before or after anything has begun', async () => {
  for (const received of [[], [CLAIM], ONE_STEP]) {
    const lost = await supervisor.orphaned([CLAIM], REQUEUE);
    await supervisor.sweep();
    await loseAgain(lost, received);
    expect((await supervisor.sweep()).requeued).toEqual([lost.id]);
    expect(await supervisor.outcome(lost.id)).toMatchObject({
      status: 'running',
      state: 'running.queued',
      owner: null,
      attempt: 2,
    });
    await loseAgain(lost, [CLAIM]);
    expect((await supervisor.sweep()).ended).toEqual([lost.id]);
  }
});

it('I5: a run that was started again returns to the queue in its second attempt, once', async () => {
  const lost = await supervisor.orphaned(ONE_STEP, REQUEUE);
  await supervisor.sweep();
  await loseAgain(lost, [CLAIM]);
  expect((await supervisor.sweep()).requeued).toEqual([lost.id]);
  expect(await supervisor.outcome(lost.id)).toMatchObject({ state: 'running.queued', attempt: 2 });
  const again = await claimHeld(lost.owner);
  for (const event of TO_PASS) expect(await again.commit(event)).toBeDefined();
  expect(await supervisor.outcome(lost.id)).toMatchObject({ status: 'pass', attempt: 2 });
});

it('I5: the supervisor ends a run that has returned for want of a browser, when its runner is lost', async () => {
  const lost = await supervisor.claimed([CLAIM, NO_BROWSER], randomUUID());
  await returnUnstarted(supervisor.sql, lost.owner, lost.next(SETTLED), { seq: 0, rank: 0 });
  await loseAgain(lost, [CLAIM]);
  expect(await supervisor.sweep()).toEqual({ requeued: [], ended: [lost.id], total: 1 });
});

it('I3: the supervisor ends a run of which nothing has begun, instead of starting it again, once its cancel is recorded', async () => {
  const lost = await supervisor.orphaned([CLAIM]);
  await supervisor.cancel(lost.id);
  expect(await supervisor.sweep()).toEqual({ requeued: [], ended: [lost.id], total: 1 });
});

it('the supervisor leaves a run that has begun and did not ask for it to its end', async () => {
  const lost = await supervisor.orphaned([CLAIM, LAUNCHED]);
  expect(await supervisor.sweep()).toEqual({ requeued: [], ended: [lost.id], total: 1 });
});

it('I5: a run that is put back is left to runners that can read the snapshot that its supervisor has stored', async () => {
  const lost = await supervisor.orphaned(ONE_STEP, REQUEUE);
  await supervisor.set(lost.id, 'machine_version = 0');
  await supervisor.sweep();
  expect(await supervisor.outcome(lost.id)).toMatchObject({
    snapshot: { version: MACHINE_VERSION },
    machine_version: MACHINE_VERSION,
  });
});

it('I2: the database refuses the lost owner every write, also while the run waits again', async () => {
  const lost = await supervisor.orphaned(ONE_STEP, REQUEUE);
  await supervisor.sweep();
  expect(await lost.commit(BEGUN)).toBeUndefined();
  await claimHeld(lost.owner);
  expect(await lost.commit(BEGUN)).toBeUndefined();
});

it('the supervisor ends a run whose runner is lost a second time', async () => {
  const lost = await supervisor.orphaned(ONE_STEP, REQUEUE);
  await supervisor.sweep();
  await loseAgain(lost, ONE_STEP);
  expect((await supervisor.sweep()).ended).toEqual([lost.id]);
  expect(await supervisor.outcome(lost.id)).toMatchObject({ status: 'fail', stale: true, attempt: 2 });
});

it('I3: the supervisor never starts a run again whose cancel is recorded, whatever comes first', async () => {
  const before = await supervisor.orphaned(ONE_STEP, REQUEUE);
  await supervisor.cancel(before.id);
  const taken = await supervisor.orphaned([...ONE_STEP, CANCEL], REQUEUE);
  const { requeued, ended } = await supervisor.sweep();
  expect(requeued).toEqual([]);
  expect(ended.toSorted()).toEqual([before.id, taken.id].toSorted());

  const after = await supervisor.orphaned(ONE_STEP, REQUEUE);
  await supervisor.sweep();
  await supervisor.cancel(after.id);
  expect((await supervisor.sweep()).ended).toEqual([after.id]);
  expect(await supervisor.runEnds(after.id)).toEqual([{ status: 'fail', cancelled: true, source: 'user' }]);
  expect(await supervisor.outcome(after.id)).toMatchObject({ stale: false, cancelled: true });
});

it('I3: the database refuses a requeue of a cancelled run, whatever the statement', async () => {
  const lost = await supervisor.orphaned(ONE_STEP, REQUEUE);
  await supervisor.cancel(lost.id);
  await expect(
    supervisor.sql.rows('update runs set owner = null, attempt = attempt + 1 where id = $1', [lost.id]),
  ).rejects.toThrow('I3');
});

/** What the supervisor would store for a run that it has judged, before anything else came in. */
async function requeueOf(id: string): Promise<Transition> {
  const run = await readSupervisedRun(supervisor.sql, id, RULES);
  const before = restore(run!.snapshot);
  const snapshot = replay(before, { type: 'REQUEUE', at: run!.now.getTime() });
  const events = eventsBetween(before, snapshot, { step: () => ({}), evidence: () => ({}) });
  return { runId: id, epoch: run!.epoch, lastSeq: run!.lastSeq, snapshot, events };
}

it.each([
  ['I3: a cancel', `cancel_requested_at = clock_timestamp(), cancel_by = 'user', cancel_mode = 'graceful'`],
  ['a second start', 'attempt = 2'],
  ['another wish', `on_runner_loss = 'fail'`],
])('%s that came since the supervisor looked has the statement refuse a requeue', async (_, change) => {
  const { id } = await supervisor.orphaned(ONE_STEP, REQUEUE);
  const transition = await requeueOf(id);
  await supervisor.set(id, change);
  expect(await requeueStale(supervisor.sql, transition, RULES)).toBeUndefined();
  expect((await supervisor.outcome(id))?.epoch).toBe(1);
});

it.each([
  ['I3: a cancel', `cancel_requested_at = clock_timestamp(), cancel_by = 'user', cancel_mode = 'graceful'`],
  ['a return', `snapshot = jsonb_set(snapshot, '{machine,context,returned}', 'true')`],
  ['its first step', `state = 'running.stepping.acting'`],
])('%s that came since the supervisor looked has the statement refuse a return', async (_, change) => {
  const { id } = await supervisor.orphaned([CLAIM]);
  const transition = await requeueOf(id);
  await supervisor.set(id, change);
  expect(await requeueStale(supervisor.sql, transition, RULES)).toBeUndefined();
  expect((await supervisor.outcome(id))?.epoch).toBe(1);
});

it.each([
  ['a requeue', ONE_STEP],
  ['a return', [CLAIM]],
])('a lease that holds after all has the statement refuse %s', async (_, received) => {
  const { id } = await supervisor.orphaned([...received], REQUEUE);
  const transition = await requeueOf(id);
  await extendLease(supervisor.sql, id);
  expect(await requeueStale(supervisor.sql, transition, RULES)).toBeUndefined();
  expect((await supervisor.outcome(id))?.epoch).toBe(1);
});

it('the supervisor gives a run that waits again its whole queue timeout, and ends it when that is over', async () => {
  const lost = await supervisor.orphaned(ONE_STEP, { ...REQUEUE, queueTimeoutMs: 60_000 });
  await supervisor.sql.rows(
    `update runs set queue_until = clock_timestamp() - interval '1 s' where id = $1`,
    [lost.id],
  );
  expect((await supervisor.sweep()).requeued).toEqual([lost.id]);
  expect((await supervisor.sweep()).total).toBe(0);
  await supervisor.sql.rows(
    `update runs set queue_until = clock_timestamp() - interval '1 s' where id = $1`,
    [lost.id],
  );
  expect((await supervisor.sweep()).ended).toEqual([lost.id]);
  expect(await supervisor.outcome(lost.id)).toMatchObject({ stop_reason: 'queue_timeout', cancelled: false });
});

it('I5: the queue time of a run that returns goes on, with some seconds at least, and ends it', async () => {
  const lost = await supervisor.orphaned([CLAIM], { queueTimeoutMs: 60_000 });
  const { queue_until: before } = (await supervisor.outcome(lost.id))!;
  await supervisor.sweep();
  expect((await supervisor.outcome(lost.id))!.queue_until).toEqual(before);
  await supervisor.sql.rows('delete from runs where id = $1', [lost.id]);

  const late = await supervisor.orphaned([CLAIM]);
  await supervisor.set(late.id, `queue_until = clock_timestamp() - interval '1 s'`);
  expect((await supervisor.sweep()).requeued).toEqual([late.id]);
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

it('I6: a requeue hands the next owner what NATS has not had yet of the events before', async () => {
  const lost = await supervisor.orphaned(ONE_STEP, REQUEUE);
  await supervisor.sql.rows('update unpublished set seq = 2, rank = 1 where run_id = $1', [lost.id]);
  await supervisor.sweep();
  const { run } = await claimHeld(lost.owner);
  expect(run).toMatchObject({ published: false });
  const backlog = await unpublishedEntries(supervisor.sql, run);
  expect(backlog.map((entry) => ('seq' in entry ? entry.seq : entry.kind))).toEqual(
    Array.from({ length: run.lastSeq - 2 }, (_, n) => n + 3),
  );
});

it('a runner finds a claim again whose answer was lost, though the run has events from its first start', async () => {
  const lost = await supervisor.orphaned(ONE_STEP, REQUEUE);
  await supervisor.sweep();
  const claim = randomUUID();
  const taken = await claimNext(supervisor.sql, lost.owner, 10_000, {}, [], [], claim);
  expect(taken?.id).toBe(lost.id);
  const again = await claimAgain(supervisor.sql, { claim, owner: lost.owner, leaseMs: 10_000, most: 0 });
  expect(again.runs.map(({ id }) => id)).toEqual([lost.id]);
});
