/* I12: an occurrence of a schedule has one run, or says why it has none. */
import { describe, expect, it } from 'vitest';
import {
  BEGUN,
  CHECKED,
  CLAIM,
  claimByHand,
  LAUNCHED,
  SETTLED,
  STEP_FAILED,
  TO_PASS,
} from '../../../support/database/runs.ts';
import { useDueStarts } from '../due-starts.ts';
import { addMember, call, createPerson, useGateway } from '../fixture.ts';
import { flowsOf } from '../flows/named-flows.ts';
import { look, type Scheduling, scheduling, settle, TWO_STEPS } from './leader.ts';

const gateway = await useGateway();
const MINUTE_MS = 60_000;
useDueStarts(gateway, 2);

const statuses = (of: readonly { status: string }[]) => of.map(({ status }) => status).toSorted();

describe('I12: an occurrence has one run', () => {
  it('whichever of ten leaders looks first, and whichever of two gateways starts it', async () => {
    const one = await scheduling(gateway);
    await one.put({ overlap: 'allow', catchUp: { mode: 'all' } });
    await one.unseenFor(5 * MINUTE_MS);
    await Promise.all(Array.from({ length: 10 }, () => look(gateway)));
    const occurrences = await one.started();
    expect(statuses(occurrences)).toEqual(Array(5).fill('started'));
    const ids = (await one.runs()).map(({ id }) => id).toSorted();
    expect(ids).toEqual(occurrences.map(({ runId }) => runId).toSorted());
    await look(gateway);
    expect(await one.occurrences()).toHaveLength(5);
  });

  it('which says of which schedule and time it is, and is of the maker of the schedule', async () => {
    const one = await scheduling(gateway);
    await one.put({ start: { labels: ['nightly'], name: 'Nightly' } });
    await one.unseenFor(MINUTE_MS);
    await look(gateway);
    const [started] = await one.started();
    const runs = await one.runs();
    expect(runs).toMatchObject([{ id: started?.runId, userId: one.person.userId }]);
    const { body } = await call(gateway, 'GET', `/v1/runs/${started?.runId}`, { as: one.person });
    expect(body).toMatchObject({
      trigger: { schedule: one.name, nominalAt: started?.nominalAt, kind: started?.kind },
      flow: { name: one.flow, version: 1 },
      labels: ['nightly'],
      name: 'Nightly',
    });
  });

  it('also if it is made up for by a backfill that is asked for twice', async () => {
    const one = await scheduling(gateway);
    await one.put({ cron: '0 3 * * *', overlap: 'skip' });
    const asked = { from: '2026-03-01T00:00:00Z', to: '2026-03-04T00:00:00Z' };
    const times = ['2026-03-01T03:00:00.000Z', '2026-03-02T03:00:00.000Z', '2026-03-03T03:00:00.000Z'];
    const dry = await one.request('POST', '/backfill', { ...asked, dryRun: true });
    expect(dry.body).toEqual({ times, before: [] });
    expect(await one.occurrences()).toEqual([]);
    const asks = [1, 2].map(() => one.request('POST', '/backfill', asked));
    for (const { status } of await Promise.all(asks)) expect(status).toBe(200);
    const started = { kind: 'backfill', status: 'started' };
    expect(await one.started()).toMatchObject(
      times.toReversed().map((nominalAt) => ({ nominalAt, ...started })),
    );
    const runs = await one.runs();
    expect(runs.map(({ concurrencyKey }) => concurrencyKey)).toEqual(Array(3).fill(`schedule:${one.name}`));
    expect((await one.request('POST', '/backfill', asked)).body).toEqual({ times: [], before: times });
    expect(await one.runs()).toHaveLength(3);
  });
});

describe('an earlier run that has not ended', () => {
  /** Its time comes once more. */
  const next = async (one: Scheduling) => {
    // Within the same minute, maybe: the time that was had is forgotten.
    await gateway.sql.rows(
      'delete from schedule_occurrences where schedule_id = (select id from schedules where name = $1)',
      [one.name],
    );
    await one.unseenFor(MINUTE_MS);
    await look(gateway);
    return statuses(await one.started());
  };

  it.each([
    ['skip', ['skipped_overlap'], 1, true],
    ['queue_one', ['skipped_overlap'], 1, true],
    ['queue_all', ['started'], 2, true],
    ['cancel_previous', ['started'], 2, true],
    ['allow', ['started'], 2, false],
  ] as const)('%s', async (overlap, expected, runs, inTurn) => {
    const one = await scheduling(gateway);
    await one.put({ overlap });
    expect(await next(one)).toEqual(['started']);
    expect(await next(one)).toEqual(expected);
    const stored = await one.runs();
    expect(stored).toHaveLength(runs);
    const key = inTurn ? `schedule:${one.name}` : null;
    expect(stored.map(({ concurrencyKey }) => concurrencyKey)).toEqual(stored.map(() => key));
    const isCancelled = stored.map((_, n) => overlap === 'cancel_previous' && n === 0);
    expect(stored.map(({ cancelled }) => cancelled)).toEqual(isCancelled);
  });

  it('queue_one: is waited for by one', async () => {
    const one = await scheduling(gateway);
    await one.put({ overlap: 'queue_one' });
    expect(await next(one)).toEqual(['started']);
    await claimOf(one);
    expect(await next(one)).toEqual(['started']);
    expect(await next(one)).toEqual(['skipped_overlap']);
    expect(await one.runs()).toHaveLength(2);
  });
});

/** Puts its oldest run that goes on on a runner: others of this file wait, too, and are claimed before. */
async function claimOf(one: Scheduling) {
  const run = (await one.runs()).find(({ status }) => status === 'running');
  for (;;) {
    const owner = await claimByHand(gateway.sql, '00000000-0000-7000-8000-000000000001', 60_000);
    if (owner.run.id !== run?.id) continue;
    await owner.commit(CLAIM);
    return owner;
  }
}

async function end(one: Scheduling, how: 'pass' | 'fail') {
  const owner = await claimOf(one);
  const events = how === 'pass' ? TO_PASS.slice(1) : [LAUNCHED, BEGUN, STEP_FAILED, CHECKED, SETTLED];
  for (const event of events) await owner.commit(event);
  expect((await one.runs()).find(({ id }) => id === owner.run.id)?.status).toBe(how);
}

describe('times that nobody looked at', () => {
  it.each([
    ['none', 0],
    ['last', 1],
    ['all', 5],
  ] as const)('are made up for as the schedule says: %s', async (mode, made) => {
    const one = await scheduling(gateway);
    // Long ago, so that none of them is in time.
    const minutes = [20, 19, 18, 17, 16].map((ago) => new Date(Date.now() - ago * MINUTE_MS).getUTCMinutes());
    await one.put({ cron: `${minutes.join(',')} * * * *`, overlap: 'allow', catchUp: { mode } });
    await one.unseenFor(25 * MINUTE_MS);
    await look(gateway);
    const occurrences = await one.started();
    expect(occurrences.filter(({ status }) => status === 'started')).toHaveLength(made);
    expect(occurrences.filter(({ status }) => status === 'skipped_catch_up')).toHaveLength(5 - made);
    expect(occurrences.map(({ kind }) => kind)).toEqual(Array(5).fill('catch_up'));
    if (mode === 'last') expect(occurrences[0]?.status).toBe('started');
    expect(await one.runs()).toHaveLength(made);
  });

  it('are left out if they are too old', async () => {
    const one = await scheduling(gateway);
    await one.put({ overlap: 'allow', catchUp: { mode: 'all', withinMs: 120_000 } });
    await one.unseenFor(10 * MINUTE_MS);
    await look(gateway);
    expect((await one.started()).length).toBeGreaterThanOrEqual(9);
    expect((await one.runs()).length).toBeLessThanOrEqual(3);
  });
});

describe('a schedule is paused', () => {
  it('by a person: its times are noted, and a run now is started all the same', async () => {
    const one = await scheduling(gateway);
    await one.put();
    const paused = await one.request('POST', '/pause', { reason: 'The shop is closed' });
    const by = one.person.email;
    expect(paused.body).toMatchObject({ paused: { why: 'user', reason: 'The shop is closed', by } });
    await one.unseenFor(MINUTE_MS);
    await look(gateway);
    expect(statuses(await one.started())).toEqual(['skipped_paused']);
    const now = await one.request('POST', '/trigger');
    expect(now.status, JSON.stringify(now.body)).toBe(202);
    expect((await one.runs()).map(({ id }) => id)).toEqual([(now.body as { id: string }).id]);
    expect((await one.request('POST', '/resume')).body).not.toHaveProperty('paused');
  });

  it('when so many of its runs in a row have failed; one that passes ends the row', async () => {
    const one = await scheduling(gateway);
    await one.put({ pauseAfterFailures: 2, overlap: 'allow' });
    const run = async (how: 'pass' | 'fail') => {
      expect((await one.request('POST', '/trigger')).status).toBe(202);
      await end(one, how);
      await settle(gateway);
      return one.read();
    };
    expect(await run('fail')).toMatchObject({ failures: 1 });
    expect(await run('pass')).toMatchObject({ failures: 0 });
    expect(await run('fail')).not.toHaveProperty('paused');
    const paused = await run('fail');
    expect(paused).toMatchObject({ failures: 2, paused: { why: 'failures' } });
    expect(paused.last.map(({ outcome }) => outcome)).toEqual(['fail', 'fail', 'pass', 'fail']);
    expect((await one.request('POST', '/resume')).body).toMatchObject({ failures: 0 });
  });

  it('when its maker may start its runs no more, and says so', async () => {
    const one = await scheduling(gateway);
    await one.put();
    const ben = await createPerson(gateway);
    await addMember(gateway, one.person.projectId, ben, 'viewer');
    await gateway.sql.rows('update schedules set user_id = $1 where name = $2', [ben.userId, one.name]);
    await one.unseenFor(MINUTE_MS);
    await look(gateway);
    const reason = 'its maker may not start runs in this project any more';
    expect(await one.started()).toMatchObject([{ status: 'failed_to_start', reason }]);
    expect(await one.read()).toMatchObject({ paused: { why: 'rights', reason } });
    expect(await one.runs()).toEqual([]);
  });
});

describe('what does not start says why', () => {
  it('a flow that is deleted', async () => {
    const one = await scheduling(gateway);
    await one.put();
    await flowsOf(gateway, one.person).remove(one.flow);
    await one.unseenFor(MINUTE_MS);
    await look(gateway);
    const reason = 'validation error; flow.name names a flow that there is not';
    expect(await one.started()).toMatchObject([{ status: 'failed_to_start', reason }]);
  });

  it('a flow that has come to type an input as a secret, with its step', async () => {
    const one = await scheduling(gateway);
    await one.put({ start: { inputs: { user: 'ann' } } });
    const typing = { action: 'fill', selector: '#u', value: '${inputs.user}' };
    const inputsSchema = { type: 'object', properties: { user: { type: 'string' } } };
    const flow = { ...TWO_STEPS, inputsSchema, steps: [...TWO_STEPS.steps, typing] };
    expect((await flowsOf(gateway, one.person).put(one.flow, flow)).status).toBe(201);
    await one.unseenFor(MINUTE_MS);
    await look(gateway);
    const [occurrence] = await one.started();
    expect(occurrence?.reason).toContain('flow.steps.2.value would be typed as a secret');
    expect(await one.runs()).toEqual([]);
  });
});
