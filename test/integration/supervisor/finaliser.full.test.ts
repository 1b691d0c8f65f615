/* I2, I3, I5: a run without a live owner ends once, with its true cause, and one that has an owner is left to it. */
import { beforeAll, describe, expect, it } from 'vitest';
import { recordLateResult } from '#shared/adapters/database/runs/late-result.ts';
import { holdRunner } from '../../support/database/live-runner.ts';
import { refuseEvents } from '../../support/database/refuse-events.ts';
import {
  BEGUN,
  CANCEL,
  CLAIM,
  CLOSED,
  INTERRUPTED,
  LAUNCHED,
  STEP_OK,
  TO_PASS,
} from '../../support/database/runs.ts';
import { useSupervisor } from './fixture.ts';

const supervisor = useSupervisor();
const LEFT = { outcome: 'left', stale: false };
const STALE = { outcome: 'finalised', stale: true };
const ENDED = { outcome: 'finalised', stale: false };

describe('a run whose lease is over', () => {
  it('I5: ends as cancelled by the supervisor, and keeps what was recorded (I9)', async () => {
    const run = await supervisor.orphaned([CLAIM, LAUNCHED, BEGUN, STEP_OK]);
    expect(await supervisor.finalise(run.id, false)).toEqual(STALE);
    expect(await supervisor.outcome(run.id)).toMatchObject({
      status: 'fail',
      state: 'fail',
      cancelled: true,
      stale: true,
      stop_reason: 'stale',
      epoch: run.run.epoch + 1,
    });
    const log = await supervisor.log(run.id);
    expect(log.events.map(({ type }) => type)).toContain('step_success');
    expect(log.events.at(-1)).toMatchObject({
      type: 'run_end',
      seq: log.lastSeq,
      payload: { status: 'fail', cancelled: true, source: 'supervisor', staleAfterRestart: true },
    });
    expect(log.changes.at(-1)).toMatchObject({ status: 'fail', afterSeq: log.lastSeq });
  });

  it.each([
    ['a user', 'user', 'wrong shop'],
    ['a runner that shuts down', 'shutdown', 'the runner is shutting down'],
  ] as const)('I3: ends in the name of %s who had asked for it', async (_, by, reason) => {
    const run = await supervisor.orphaned([CLAIM, LAUNCHED]);
    await supervisor.cancel(run.id, { by, reason });
    expect(await supervisor.finalise(run.id, false)).toEqual(STALE);
    expect(await supervisor.runEnds(run.id)).toEqual([
      { status: 'fail', cancelled: true, source: by, staleAfterRestart: true, reason },
    ]);
  });

  it('says why, whose it was, and that its browser may still be there', async () => {
    const run = await supervisor.claimed([CLAIM, LAUNCHED]);
    const session = await holdRunner(supervisor, run.owner);
    await supervisor.expireLease(run.id);
    await supervisor.finalise(run.id, false);
    await session[Symbol.asyncDispose]();
    expect((await supervisor.outcome(run.id))?.verdict).toEqual({
      why: 'lease_expired',
      owner: run.owner,
      epoch: run.run.epoch,
      lastHeartbeat: expect.stringMatching(/Z$/),
      browser: 'unknown',
    });
  });

  it('I8: does not take a lost session for the end of the browser', async () => {
    const run = await supervisor.orphaned([CLAIM, LAUNCHED]);
    await supervisor.finalise(run.id, false);
    const verdict = { why: 'owner_gone', browser: 'unknown' };
    expect((await supervisor.outcome(run.id))?.verdict).toMatchObject(verdict);
  });

  it.each([
    ['gone', 'it closed', true, 0],
    ['unknown', 'it could not close', false, 0],
    ['unknown', 'of an attempt before', true, 1],
  ])(
    'I8: says that a browser is %s that its owner reported %s',
    async (browser, _, browserClosed, before) => {
      const { id: runId, run, owner } = await supervisor.orphaned([CLAIM, LAUNCHED]);
      const report = { runId, epoch: run.epoch - before, owner, browserClosed, result: {} };
      await recordLateResult(supervisor.sql, report);
      await supervisor.finalise(runId, false);
      expect((await supervisor.outcome(runId))?.verdict).toMatchObject({ browser });
    },
  );

  it("I2: was not the supervisor's, if its owner came first", async () => {
    const run = await supervisor.claimed([CLAIM, CANCEL, INTERRUPTED]);
    const [stored, result] = await Promise.all([run.commit(CLOSED), supervisor.finalise(run.id, false)]);
    expect(stored).toBeDefined();
    expect([LEFT, ENDED]).toContainEqual(result);
    expect(await supervisor.runEnds(run.id)).toHaveLength(1);
    expect(await supervisor.outcome(run.id)).toMatchObject({ stale: false, verdict: null });
  });
});

describe('a run with a live owner', () => {
  it('I2: is left alone, cancelled or not', async () => {
    const run = await supervisor.claimed([CLAIM]);
    expect(await supervisor.finalise(run.id, false)).toEqual(LEFT);
    await supervisor.cancel(run.id);
    expect(await supervisor.finalise(run.id, false)).toEqual(LEFT);
  });

  it('I3: is ended at once on a cancel, if its session is gone', async () => {
    const run = await supervisor.claimed([CLAIM]);
    expect(await supervisor.finalise(run.id, true)).toEqual(LEFT);
    await supervisor.cancel(run.id);
    expect(await supervisor.finalise(run.id, true)).toEqual(STALE);
  });

  it('I4: is ended though its lease holds, once its cancel is overdue', async () => {
    const run = await supervisor.claimed([CLAIM]);
    await supervisor.set(
      run.id,
      `cancel_requested_at = clock_timestamp() - interval '14.6 s', cancel_by = 'user', cancel_mode = 'graceful'`,
    );
    expect(await supervisor.finalise(run.id, false)).toEqual(STALE);
    expect((await supervisor.outcome(run.id))?.verdict).toMatchObject({ why: 'overdue' });
    expect(await run.commit(LAUNCHED)).toBeUndefined();
  });
});

describe('a queued run', () => {
  it('is left to the runners', async () => {
    const { id } = await supervisor.queue();
    expect(await supervisor.finalise(id, true)).toEqual(LEFT);
  });

  it('I3: ends in one commit when its cancel is recorded, with no stale mark', async () => {
    const { id } = await supervisor.queue();
    await supervisor.cancel(id, { reason: 'not needed' });
    expect(await supervisor.finalise(id, true)).toEqual(ENDED);
    expect(await supervisor.runEnds(id)).toEqual([
      { status: 'fail', cancelled: true, source: 'user', reason: 'not needed' },
    ]);
    expect((await supervisor.log(id)).changes.map(({ status }) => status)).toEqual(['running', 'fail']);
  });

  it('I5: fails when no runner took it in time, uncancelled', async () => {
    const { id } = await supervisor.queue(0);
    expect(await supervisor.finalise(id, false)).toEqual(ENDED);
    expect(await supervisor.runEnds(id)).toEqual([
      {
        status: 'fail',
        error: 'no runner came',
        waitedFor: expect.objectContaining({ code: expect.any(String) }),
      },
    ]);
    expect(await supervisor.outcome(id)).toMatchObject({ cancelled: false, stop_reason: 'queue_timeout' });
  });
});

describe('a run that is over, or never was', () => {
  it('I1: is not touched', async () => {
    const run = await supervisor.claimed(TO_PASS);
    const before = await supervisor.outcome(run.id);
    expect(await supervisor.finalise(run.id, true)).toEqual(ENDED);
    expect(await supervisor.outcome(run.id)).toEqual(before);
    expect(await supervisor.finalise('00000000-0000-4000-8000-000000000000', true)).toEqual(LEFT);
  });

  it('is reported as stale, if that is how it ended', async () => {
    const run = await supervisor.orphaned([CLAIM, LAUNCHED]);
    await supervisor.finalise(run.id, false);
    expect(await supervisor.finalise(run.id, true)).toEqual(STALE);
  });
});

describe('a machine that cannot be read', () => {
  const WAYS: [string, string, string][] = [
    ['of another version', `jsonb_set(snapshot, '{version}', '99')`, 'machine version 99'],
    ['that is missing', `jsonb_set(snapshot, '{machine}', 'null')`, 'its status is undefined'],
    ['without a context', `jsonb_set(snapshot, '{machine,context}', 'null')`, 'it has no context'],
    ['in a state that was removed', `jsonb_set(snapshot, '{machine,value}', '"gone"')`, 'gone'],
    [
      'with an actor that was removed',
      `jsonb_set(snapshot, '{machine,children,launch,src}', '"browse"')`,
      'actor launch is not known (browse)',
    ],
    ['that is garbage', `'"garbage"'`, 'machine version none'],
  ];

  it.each(WAYS)('I5: %s does not keep its run from ending, which says so', async (_, broken, detail) => {
    const run = await supervisor.orphaned([CLAIM]);
    await supervisor.set(run.id, `snapshot = ${broken}`);
    expect(await supervisor.finalise(run.id, false)).toEqual(STALE);
    expect(await supervisor.runEnds(run.id)).toEqual([
      { status: 'fail', cancelled: true, source: 'supervisor', staleAfterRestart: true },
    ]);
    const outcome = await supervisor.outcome(run.id);
    expect(outcome).toMatchObject({ status: 'fail', state: 'fail', cancelled: true, stale: true });
    expect(outcome?.error).toContain(detail);
    expect(outcome?.verdict).toMatchObject({ why: 'unreadable', detail: expect.stringContaining(detail) });
  });

  it('I9: ends with the results that were kept', async () => {
    const run = await supervisor.orphaned([CLAIM, LAUNCHED]);
    await supervisor.sql.rows(
      `insert into steps (run_id, attempt, phase, index, epoch, action, ok, result_name, result)
       select id, attempt, 'flow', n, epoch, 'set', true, found.label, found.result::json from runs, (values
         (0, 'first', '{"b":1,"a":[1.50,"é"]}'), (1, 'second', '1'), (2, 'first', '"again"')) as found (n, label, result)
       where id = $1`,
      [run.id],
    );
    await supervisor.set(run.id, `snapshot = '{}'`);
    expect(await supervisor.finalise(run.id, false)).toEqual(STALE);
    const [end] = await supervisor.runEnds(run.id);
    expect(JSON.stringify(end && 'results' in end && end.results)).toBe('{"second":1,"first":"again"}');
    expect(end).toMatchObject({ status: 'fail', staleAfterRestart: true });
  });

  it('I3: ends in the name of the user who cancelled it', async () => {
    const run = await supervisor.orphaned([CLAIM, LAUNCHED]);
    await supervisor.cancel(run.id);
    await supervisor.set(run.id, `snapshot = '{}'`);
    expect(await supervisor.finalise(run.id, false)).toEqual(STALE);
    expect(await supervisor.runEnds(run.id)).toMatchObject([{ cancelled: true, source: 'user' }]);
  });

  it('ends a queued run too, cancelled or out of time', async () => {
    const [cancelled, late] = [await supervisor.queue(), await supervisor.queue(0)];
    await supervisor.cancel(cancelled.id);
    for (const { id } of [cancelled, late]) {
      await supervisor.set(id, `snapshot = '{}'`);
      expect(await supervisor.finalise(id, false)).toEqual(ENDED);
    }
    expect(await supervisor.runEnds(cancelled.id)).toEqual([
      { status: 'fail', cancelled: true, source: 'user' },
    ]);
    expect(await supervisor.outcome(late.id)).toMatchObject({
      status: 'fail',
      cancelled: false,
      stale: false,
    });
  });

  it('I2: does not take a run whose owner lives', async () => {
    const run = await supervisor.claimed([CLAIM]);
    await supervisor.set(run.id, `snapshot = '{}'`);
    expect(await supervisor.finalise(run.id, false)).toEqual(LEFT);
    expect(await supervisor.outcome(run.id)).toMatchObject({ status: 'running' });
  });
});

describe('an end that cannot be stored', () => {
  let refused: Awaited<ReturnType<typeof refuseEvents>>;
  beforeAll(async () => {
    refused = await refuseEvents(supervisor.url);
  });
  const CODES = ['22P02', '22P05', '23502', '23514', '54000', 'P0001'];
  const detail = 'this event cannot be stored';

  it('I5: a step that has its outcome already does not keep its run from ending, nor is it another then', async () => {
    const run = await supervisor.orphaned([CLAIM, LAUNCHED, BEGUN]);
    await supervisor.sql.rows(
      `insert into steps (run_id, attempt, phase, index, epoch, action, ok) values ($1, 1, 'flow', 0, 1, 'goto', true)`,
      [run.id],
    );
    expect(await supervisor.finalise(run.id, false)).toEqual(STALE);
    expect(await supervisor.outcome(run.id)).toMatchObject({
      status: 'fail',
      verdict: { why: 'owner_gone' },
    });
    expect(await supervisor.runEnds(run.id)).toHaveLength(1);
    expect(await supervisor.sql.rows('select ok from steps where run_id = $1', [run.id])).toEqual([
      { ok: true },
    ]);
  });

  it.each(CODES)('I5: by SQL, if the database refuses what the machine says (%s)', async (code) => {
    const run = await supervisor.orphaned([CLAIM, LAUNCHED]);
    await refused.of(run.id, 'transition', code);
    expect((await supervisor.sweep()).ended).toEqual([run.id]);
    expect(await supervisor.outcome(run.id)).toMatchObject({
      status: 'fail',
      stale: true,
      cancelled: true,
      verdict: { why: 'unstorable', detail },
      error: expect.stringContaining(detail),
    });
    expect(await supervisor.runEnds(run.id)).toHaveLength(1);
    expect((await supervisor.log(run.id)).changes.at(-1)).toMatchObject({ status: 'fail' });
  });

  it.each(CODES)('I5: without its run_end, if the database refuses that (%s)', async (code) => {
    const run = await supervisor.orphaned([CLAIM, LAUNCHED, BEGUN]);
    await refused.of(run.id, 'run_end', code);
    const before = await supervisor.log(run.id);
    expect((await supervisor.sweep()).ended).toEqual([run.id]);
    expect(await supervisor.outcome(run.id)).toMatchObject({
      status: 'fail',
      stale: true,
      cancelled: true,
      verdict: { why: 'unstorable', detail },
    });
    const log = await supervisor.log(run.id);
    expect(log.events).toEqual(before.events);
    expect(log.changes.at(-1)).toMatchObject({ status: 'fail', afterSeq: before.lastSeq });
    expect((await supervisor.sweep()).ended).toEqual([]);
  });

  it('I5: also if an event has the number of the next one already', async () => {
    const run = await supervisor.orphaned([CLAIM]);
    await supervisor.sql.rows(
      `insert into events (run_id, seq, type, payload, at) values ($1, $2, 'step_start', '{}', clock_timestamp())`,
      [run.id, run.lastSeq + 1],
    );
    expect((await supervisor.sweep()).ended).toEqual([run.id]);
    expect(await supervisor.outcome(run.id)).toMatchObject({ verdict: { why: 'unstorable' } });
    expect((await supervisor.log(run.id)).events).toHaveLength(run.lastSeq);
  });

  it('I3, I5: of a run that was cancelled in the queue, was out of time there, or was to start again', async () => {
    const [cancelled, late] = [await supervisor.queue(), await supervisor.queue(0)];
    await supervisor.cancel(cancelled.id, { reason: 'enough' });
    const again = await supervisor.orphaned([CLAIM], { onRunnerLoss: 'requeue' });
    for (const id of [cancelled.id, late.id]) await refused.of(id, 'run_end');
    await refused.of(again.id, 'requeued');
    const { ended } = await supervisor.sweep();
    expect(ended.toSorted()).toEqual([cancelled.id, late.id, again.id].toSorted());
    expect(await supervisor.outcome(cancelled.id)).toMatchObject({
      status: 'fail',
      cancelled: true,
      stale: false,
    });
    expect(await supervisor.outcome(late.id)).toMatchObject({
      status: 'fail',
      cancelled: false,
      stale: false,
    });
    expect(await supervisor.outcome(again.id)).toMatchObject({ status: 'fail', stale: true });
  });

  it('is tried again, if it was only out of reach', async () => {
    const run = await supervisor.orphaned([CLAIM, LAUNCHED]);
    await refused.of(run.id, 'run_end', '57P01');
    expect((await supervisor.sweep()).ended).toEqual([]);
    expect(await supervisor.outcome(run.id)).toMatchObject({ status: 'running' });
    await supervisor.sql.rows('delete from test_refused where run_id = $1', [run.id]);
    expect((await supervisor.sweep()).ended).toEqual([run.id]);
    expect(await supervisor.outcome(run.id)).toMatchObject({ verdict: { why: 'owner_gone' } });
  });
});

it('I6: however many end a run at once, it has one run_end', async () => {
  const run = await supervisor.orphaned([CLAIM, LAUNCHED]);
  const results = await Promise.all(Array.from({ length: 8 }, () => supervisor.finalise(run.id, true)));
  expect(results).toEqual(results.map(() => STALE));
  expect(await supervisor.runEnds(run.id)).toHaveLength(1);
  expect((await supervisor.outcome(run.id))?.epoch).toBe(run.run.epoch + 1);
});
