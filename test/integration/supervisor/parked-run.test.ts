/* I3, I5, I10: a parked run goes on after its answer or ends, and what it kept to go on is then forgotten. */
import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { recordAnswer } from '#shared/adapters/database/orders/answers.ts';
import { readLiveRuns } from '#shared/adapters/database/run-views/live-runs.ts';
import { readQueueAges } from '#shared/adapters/database/run-views/queue-ages.ts';
import { readQueueCauses } from '#shared/adapters/database/run-views/queue-causes.ts';
import { storeByOwner } from '#shared/adapters/database/runs/commit.ts';
import { claimNext } from '../../support/database/claim-next.ts';
import {
  ASKING_FLOW,
  CLAIM,
  claimByHand,
  LAUNCHED,
  PARKED,
  SEALED,
  toAsk,
} from '../../support/database/runs.ts';
import { useSupervisor } from './fixture.ts';

const supervisor = useSupervisor();
const ASKS = { flow: ASKING_FLOW };

/** What it needs to go on elsewhere. */
const keep = (id: string) =>
  supervisor.sql.rows(
    `insert into page_states (run_id, kind, attempt, done, same_until, sealed, not_carried)
     values (:id, 'park', 1, 0, 0, 'x', '[]') on conflict do nothing`,
    { id },
  );
const rowOf = async (id: string) => (await supervisor.outcome(id))!;
const answer = (runId: string) =>
  recordAnswer(supervisor.sql, {
    runId,
    attempt: 1,
    step: 0,
    pauses: 0,
    names: ['code'],
    values: { code: '1' },
    userId: randomUUID(),
  });

/** Its owner parks it. */
async function parked(options: object = {}, now = Date.now()) {
  const owned = await supervisor.claimed(toAsk(now), randomUUID(), { ...ASKS, ...options });
  await keep(owned.id);
  await owned.commit(SEALED);
  expect(await storeByOwner(supervisor.sql, owned.owner, owned.next(PARKED))).toBeDefined();
  return owned;
}
const nobodyClaims = async () =>
  expect(await claimNext(supervisor.sql, randomUUID(), 10_000)).toBeUndefined();

it('I5: parks a run that waits whose runner is lost, twice in one wait, then ends it', async () => {
  const { id } = await supervisor.orphaned(toAsk(), ASKS);
  await keep(id);
  for (const losses of [1, 2]) {
    expect(await supervisor.sweep()).toMatchObject({ requeued: [id], ended: [] });
    expect(await rowOf(id)).toMatchObject({
      state: 'running.parked',
      owner: null,
      attempt: 1,
      snapshot: { machine: { context: { parked: { losses } } } },
    });
    expect((await supervisor.log(id)).events.at(-1)).toMatchObject({
      type: 'run_parked',
      payload: { why: 'lost', verdict: { why: 'owner_gone' } },
    });
    if (losses === 1) {
      await nobodyClaims();
      expect(await answer(id)).toMatchObject({ taken: true, queuedFor: [] });
    }
    // Answered as it is, it only waits for a runner the second time.
    const again = await claimByHand(supervisor.sql, randomUUID());
    expect(again.run.id).toBe(id);
    await supervisor.expireLease(id);
  }
  expect(await supervisor.sweep()).toMatchObject({ requeued: [], ended: [id] });
  expect(await rowOf(id)).toMatchObject({ status: 'fail', stale: true });
});

it('I16: has waited for a runner since its answer, not since its start', async () => {
  const { sql } = supervisor;
  const { id } = await parked();
  await supervisor.set(id, "created_at = created_at - interval '2 h'");
  await answer(id);
  const toRead = { leaseMs: 10_000, silentMs: 5_000, limits: {} };
  const ages = async () => {
    const { no_runner } = await readQueueAges(sql, toRead);
    const causes = await readQueueCauses(sql, { ...toRead, most: { counted: 10, looked: 10 } });
    const { oldestMs } = await readLiveRuns(sql);
    return [no_runner, Date.now() - causes.oldestAt!.getTime(), oldestMs].map((ms) =>
      Math.round(ms / 60_000),
    );
  };
  expect(await ages()).toEqual([0, 0, 0]);
  // Its turn is after that of the first, and it has waited longer.
  const other = await supervisor.queue();
  await supervisor.set(other.id, "created_at = created_at - interval '1 h'");
  expect(await ages()).toEqual([60, 60, 60]);
});

it('I10: whose machine cannot be read is ended, and what it would have gone on with is forgotten', async () => {
  const { id } = await parked();
  await supervisor.set(id, `snapshot = '"garbage"'`);
  await supervisor.cancel(id);
  expect(await supervisor.finalise(id, true)).toMatchObject({ outcome: 'finalised' });
  expect(await supervisor.sql.rows('select from page_states where run_id = :id', { id })).toEqual([]);
});

it('an answer that comes while its browser closes leaves it to the next runner', async () => {
  const owned = await supervisor.claimed(toAsk(), randomUUID(), ASKS);
  await keep(owned.id);
  await owned.commit(SEALED);
  expect(await answer(owned.id)).toMatchObject({ taken: true, queuedFor: null });
  expect(await storeByOwner(supervisor.sql, owned.owner, owned.next(PARKED))).toBeDefined();
  expect(await rowOf(owned.id)).toMatchObject({ state: 'running.parked', parked_until: null });
  const next = await claimByHand(supervisor.sql, randomUUID());
  expect(next.run.id).toBe(owned.id);
  for (const event of [CLAIM, LAUNCHED]) expect(await next.commit(event)).toBeDefined();
  expect(await rowOf(owned.id)).toMatchObject({ state: 'running.stepping.asking', epoch: 3 });
});

it('keeps its concurrency key until it ends, and is first for it after its answer', async () => {
  const key = { concurrencyKey: 'login' };
  const { id } = await parked(key);
  const { id: later } = await supervisor.queue(60_000, key);
  await nobodyClaims();
  await answer(id);
  const again = await claimByHand(supervisor.sql, randomUUID());
  expect(again.run.id).toBe(id);
  await nobodyClaims();
  await supervisor.cancel(id);
  await supervisor.cancel(later);
});

it('ends when the time of its person is over, says what it has found until then, and keeps nothing for it', async () => {
  const { id } = await parked({}, Date.now() - 86_400_000);
  expect(await supervisor.sweep()).toMatchObject({ ended: [id] });
  expect(await rowOf(id)).toMatchObject({ status: 'fail', stop_reason: 'unanswered', stale: false });
  const { events } = await supervisor.log(id);
  expect(events.slice(-3).map(({ type }) => type)).toEqual(['step_failure', 'transition', 'run_end']);
  expect(await supervisor.sql.rows('select from page_states where run_id = :id', { id })).toEqual([]);
});

it('I3: a cancel while it closes its browser is refused by no park, and one while it is parked ends it', async () => {
  const owned = await supervisor.claimed(toAsk(), randomUUID(), ASKS);
  await keep(owned.id);
  await owned.commit(SEALED);
  await supervisor.cancel(owned.id);
  expect(await storeByOwner(supervisor.sql, owned.owner, owned.next(PARKED))).toBeUndefined();
  const { id } = await parked();
  await supervisor.cancel(id);
  expect((await supervisor.sweep()).ended).toContain(id);
  expect(await rowOf(id)).toMatchObject({ status: 'fail', cancelled: true, stale: false });
  expect(await answer(id)).toMatchObject({ taken: false });
});
