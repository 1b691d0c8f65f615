/* I2, I5, I9: a run whose machine is broken is ended by its owner alone, and its step has an outcome. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectDatabase, type Database } from '#shared/adapters/database/connect.ts';
import { commitTransition } from '#shared/adapters/database/runs/commit.ts';
import { failBroken } from '#shared/adapters/database/runs/fail-broken.ts';
import { readLog } from '#shared/adapters/database/runs/log.ts';
import { recordCancelRequest } from '#shared/adapters/database/runs/record-cancel.ts';
import { createOwner } from '../../../../support/database/accounts.ts';
import { endLease } from '../../../../support/database/leases.ts';
import { refuseEvents, refuseRows } from '../../../../support/database/refuse-events.ts';
import {
  BEGUN,
  CANCEL,
  CLAIM,
  claimByHand,
  INTERRUPTED,
  LAUNCHED,
  type QueueOptions,
  queueRun,
  STEP_OK,
  type TestEvent,
} from '../../../../support/database/runs.ts';
import { eventually } from '../../../../support/eventually.ts';
import { createTestDatabase } from '../../../../support/servers/servers.ts';

const ACTING = [CLAIM, LAUNCHED, BEGUN];
const OWNER = randomUUID();
let database: Database;
let url: string;
let account: { userId: string; projectId: string };

beforeAll(async () => {
  ({ url } = await createTestDatabase());
  database = connectDatabase({ url, applicationName: 'fail-broken' });
  account = await createOwner(database.sql);
});
afterAll(() => database[Symbol.asyncDispose]());

const sql = () => database.sql;
const error = 'its machine failed';
const fail = ({ run }: { run: { id: string; epoch: number } }, owner = OWNER) =>
  failBroken(sql(), { runId: run.id, owner, epoch: run.epoch, error });

async function owned(events: TestEvent[], options: QueueOptions = {}) {
  await queueRun(sql(), account, options);
  const run = await claimByHand(sql(), OWNER);
  for (const event of events) await run.commit(event);
  return run;
}
const eventsOf = async (id: string) => {
  const log = (await readLog(sql(), id, 0, 1_000))!;
  expect(log.events.map(({ seq }) => seq)).toEqual(log.events.map((_, n) => n + 1));
  expect(log.lastSeq).toBe(log.events.length);
  expect(log.changes.at(-1)).toMatchObject({ status: 'fail', afterSeq: log.lastSeq });
  return log.events;
};
const keptSteps = (id: string) =>
  sql().rows('select attempt, phase, index, action, ok, error, epoch from steps where run_id = $1', [id]);

it('I9: a step that was under way has an outcome, before the end of its run', async () => {
  const run = await owned(ACTING);
  expect(await fail(run)).toBe(true);
  expect((await eventsOf(run.run.id)).slice(run.lastSeq)).toMatchObject([
    {
      type: 'step_failure',
      stepIndex: 0,
      payload: {
        step: { action: 'goto', url: '/' },
        error: 'interrupted: its machine failed',
        interrupted: true,
      },
    },
    { type: 'run_end', payload: { status: 'fail', error } },
  ]);
  expect(await keptSteps(run.run.id)).toEqual([
    {
      attempt: 1,
      phase: 'flow',
      index: 0,
      action: 'goto',
      ok: false,
      error: 'interrupted: its machine failed',
      epoch: 2,
    },
  ]);
});

it('I3, I9: an onCancel step of a run that a user had cancelled has an outcome, too', async () => {
  const run = await owned([...ACTING, CANCEL, INTERRUPTED], { cleanupSteps: 1 });
  await recordCancelRequest(sql(), { runId: run.run.id, by: 'user', mode: 'graceful', reason: 'enough' });
  expect(await fail(run)).toBe(true);
  expect((await eventsOf(run.run.id)).slice(run.lastSeq)).toMatchObject([
    { type: 'cleanup_failure', stepIndex: 0, payload: { interrupted: true } },
    { type: 'run_end', payload: { status: 'fail', cancelled: true, source: 'user', reason: 'enough' } },
  ]);
  expect(await keptSteps(run.run.id)).toMatchObject([{ phase: 'onCancel', index: 0, ok: false }]);
});

it('I5: a broken run ends without an event if the database refuses each, and keeps a step that has its outcome', async () => {
  const refused = await refuseEvents(url);
  const run = await owned(ACTING);
  await refused.of(run.run.id, 'run_end', 'P0001');
  expect(await fail(run)).toBe(true);
  expect(await eventsOf(run.run.id)).toHaveLength(run.lastSeq);
  const other = await owned(ACTING);
  await sql().rows(
    `insert into steps (run_id, attempt, phase, index, epoch, action, ok) values ($1, 1, 'flow', 0, 1, 'goto', true)`,
    [other.run.id],
  );
  expect(await fail(other)).toBe(true);
  expect((await eventsOf(other.run.id)).at(-1)).toMatchObject({ type: 'run_end' });
  expect(await keptSteps(other.run.id)).toMatchObject([{ ok: true }]);
});

it.each(['status_changes', 'unpublished'])(
  'I5: an end without a machine ends its run also if the database refuses rows of %s',
  async (table) => {
    const run = await owned(ACTING);
    await refuseRows(url, table, run.run.id);
    expect(await fail(run)).toBe(true);
    expect(await eventsOf(run.run.id)).toHaveLength(run.lastSeq);
    expect(await sql().rows('select from leases where run_id = $1', [run.run.id])).toEqual([]);
  },
);

it('an end without a machine tells of no step where none was under way', async () => {
  const run = await owned([...ACTING, STEP_OK, BEGUN, STEP_OK]);
  expect(await fail(run)).toBe(true);
  expect((await eventsOf(run.run.id)).slice(run.lastSeq).map(({ type }) => type)).toEqual(['run_end']);
  expect(await keptSteps(run.run.id)).toEqual([]);
});

it('I2: an end without a machine is refused to another owner, to an older epoch, after the lease and of a run that is over', async () => {
  const run = await owned(ACTING);
  expect(await fail(run, randomUUID())).toBe(false);
  expect(await fail({ run: { id: run.run.id, epoch: run.run.epoch - 1 } })).toBe(false);
  expect(await fail(run)).toBe(true);
  expect(await fail(run)).toBe(false);
  const late = await owned(ACTING);
  await endLease(sql(), late.run.id);
  expect(await fail(late)).toBe(false);
});

it('I12: an end without a machine waits for a commit of its owner that is still under way, and tells of no step that it ended', async () => {
  const run = await owned([...ACTING, STEP_OK, BEGUN]);
  const committed = Promise.withResolvers<void>();
  const warned = Promise.withResolvers<void>();
  const committing = sql().transaction(async (inner) => {
    await commitTransition(inner, OWNER, run.next(STEP_OK));
    warned.resolve();
    await committed.promise;
  });
  await warned.promise;
  const failing = fail(run);
  await eventually(async () => {
    const [waiting] = await sql().rows<{ n: number }>(
      `select count(*)::int as n from pg_locks where not granted and locktype in ('transactionid', 'tuple')`,
    );
    expect(waiting!.n).toBeGreaterThan(0);
  });
  committed.resolve();
  await committing;
  expect(await failing).toBe(true);
  const types = (await eventsOf(run.run.id)).map(({ type }) => type);
  expect(types.slice(run.lastSeq)).toEqual(['step_success', 'transition', 'run_end']);
});
