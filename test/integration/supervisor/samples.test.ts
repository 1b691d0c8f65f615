/* I12: the leader takes one sample of each minute, and forgets those of hours ago. */
import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { readLiveRuns } from '#shared/adapters/database/run-views/live-runs.ts';
import { dueMinute, readSamples, takeSample } from '#shared/adapters/database/run-views/samples.ts';
import { keepSamples } from '../../../services/supervisor/duties.ts';
import { startDuties } from '../../../services/supervisor/duty.ts';
import { CANCEL, CLAIM, CLOSED, INTERRUPTED, LAUNCHED, TO_PASS } from '../../support/database/runs.ts';
import { eventually } from '../../support/eventually.ts';
import { quietLog } from '../../support/log-lines.ts';
import { useSupervisor } from './fixture.ts';

const supervisor = useSupervisor();
const LEASE_MS = 10_000;
/** The minute of a test: what happens in it may last into the next one. */
const NOW = new Date(Math.floor(Date.now() / 60_000) * 60_000);
const MINUTE = `'${NOW.toISOString()}'::timestamptz`;
const take = async () =>
  takeSample(supervisor.sql, { minute: NOW, live: await readLiveRuns(supervisor.sql), silentMs: LEASE_MS });
const forget = () => supervisor.sql.rows('delete from system_samples');

/** Makes it end in the minute before this one; I1 holds for everybody else. */
async function endedBefore(id: string, times: string): Promise<void> {
  await supervisor.sql.transaction(async (within) => {
    await within.rows(`set local session_replication_role = 'replica'`);
    await within.rows(`update runs set ${times} where id = $1`, [id]);
  });
}
it('a sample tells of the moment, and of what ended in the minute before', async () => {
  await forget();
  const passed = await supervisor.claimed([CLAIM, ...TO_PASS]);
  await endedBefore(
    passed.id,
    `created_at = ${MINUTE} - interval '9 s', claimed_at = ${MINUTE} - interval '7 s', finished_at = ${MINUTE} - interval '1 s'`,
  );
  const cancelled = await supervisor.claimed([CLAIM]);
  await supervisor.cancel(cancelled.id);
  for (const event of [CANCEL, INTERRUPTED, CLOSED]) await cancelled.commit(event);
  await endedBefore(
    cancelled.id,
    `created_at = ${MINUTE} - interval '60 s', claimed_at = ${MINUTE} - interval '60 s',
     cancel_requested_at = ${MINUTE} - interval '30.25 s', finished_at = ${MINUTE} - interval '30 s'`,
  );
  const ended = `created_at = ${MINUTE} - interval '9 s', claimed_at = ${MINUTE} - interval '8 s', finished_at = ${MINUTE} - interval '2 s'`;
  const lost = await supervisor.orphaned([CLAIM, LAUNCHED]);
  await supervisor.finalise(lost.id, false);
  await endedBefore(lost.id, ended);
  // A user had asked for its end before its runner was lost.
  const asked = await supervisor.orphaned([CLAIM, LAUNCHED]);
  await supervisor.cancel(asked.id);
  await supervisor.finalise(asked.id, false);
  await endedBefore(asked.id, ended);
  // This one is of another minute.
  const older = await supervisor.claimed([CLAIM, ...TO_PASS]);
  await endedBefore(older.id, `finished_at = ${MINUTE} - interval '61 s'`);
  await supervisor.claimed([CLAIM]);
  await supervisor.queue();
  await supervisor.sql.rows(
    `insert into runners (id, host, pid, slots, seen_at)
     values ($1, 'here', 1, 4, clock_timestamp()), ($2, 'gone', 2, 9, clock_timestamp() - interval '1 minute')`,
    [randomUUID(), randomUUID()],
  );

  await take();
  const [sample, ...others] = await readSamples(supervisor.sql);
  expect(others).toEqual([]);
  expect(sample).toMatchObject({
    waiting: 1,
    running: 1,
    cancelling: 0,
    slots: 4,
    passed: 1,
    failed: 0,
    cancelled: 2,
    lost: 1,
    waitMs: 1_000,
    cancelMs: 250,
    slowestCancelMs: 250,
  });
  expect(sample!.at).toEqual(NOW);
});

it('I12: a sample is of one minute once, with any leader, and forgets what is hours ago', async () => {
  await forget();
  await supervisor.sql.rows(
    `insert into system_samples (at, waiting, oldest_ms, running, cancelling, slots, passed, failed, cancelled, lost)
     select ${MINUTE} - hours * interval '1 hour', 1, 0, 0, 0, 0, 0, 0, 0, 0 from unnest(array[2, 4]) as hours`,
  );
  await Promise.all([take(), take()]);
  await take();
  const { count } = (await supervisor.sql.row<{ count: number }>(
    'select count(*)::int as count from system_samples',
  ))!;
  expect(count).toBe(2);
  expect((await readSamples(supervisor.sql)).map(({ at }) => at)).toEqual([NOW]);
});

it('a sample is taken by the supervisor that leads, and by no other', async () => {
  await forget();
  await using resources = new AsyncDisposableStack();
  const work = () => keepSamples(supervisor.sql, LEASE_MS);
  const duties = { samples: { everyMs: 15_000, work, failure: 'no sample' } };
  const deps = { log: quietLog(), resources };
  startDuties(duties, { ...deps, leadership: { isLeading: () => false, onLead: () => undefined } });
  let leading = false;
  let wake: (() => void) | undefined;
  startDuties(duties, {
    ...deps,
    leadership: {
      isLeading: () => leading,
      onLead: (given) => {
        wake = given;
      },
    },
  });
  expect(await readSamples(supervisor.sql)).toEqual([]);
  leading = true;
  wake?.();
  await eventually(async () => expect((await readSamples(supervisor.sql)).length).toBeGreaterThan(0));
  const [sample] = await readSamples(supervisor.sql);
  expect(sample!.at.getTime() % 60_000).toBe(0);
  const due = await dueMinute(supervisor.sql);
  // Unless another minute has begun just now.
  if (due) expect(due.getTime()).toBeGreaterThan(sample!.at.getTime());
});
