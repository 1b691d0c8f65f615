/* I3: a batch has a run for each flow and row, by its rules, and its report says what became of them. */
import { describe, expect, it } from 'vitest';
import type { ReportFormat } from '#shared/api/contract/batches/batches.ts';
import type { CancelJob } from '#shared/api/contract/cancel/cancel.ts';
import { eventually } from '../../../support/eventually.ts';
import { useDueStarts } from '../due-starts.ts';
import { call, useGateway } from '../fixture.ts';
import { addFlow, flowsOf } from '../flows/named-flows.ts';
import { TWO_STEPS } from '../schedules/leader.ts';
import { LAST_LOOK, namesOf, PASS, playing, rows } from './playing.ts';

const gateway = await useGateway();
useDueStarts(gateway, 2);

describe('a batch', () => {
  it('has a run for each flow and row, named and labelled, as its user; the report says what it came to', async () => {
    const one = await playing(gateway);
    const id = await one.start({
      name: 'main, commit 3f2a1c',
      labels: ['ci'],
      flows: [
        { flow: { name: one.flow }, labels: ['shop'] },
        { flow: { name: one.flow }, rows: [{ inputs: { article: 'Ghost  mug', count: 2 } }, ...rows(1)] },
      ],
    });
    const batch = await one.playOut(id, PASS);
    const names = [one.flow, `${one.flow} › article=Ghost mug, count=2`, `${one.flow} › row 1`];
    expect(batch).toMatchObject({
      status: 'pass',
      name: 'main, commit 3f2a1c',
      by: one.person.email,
      counts: { tests: 3, pass: 3, fail: 0, flaky: 0, waiting: 0, running: 0 },
      tests: names.map((name, index) => ({
        index,
        name,
        status: 'pass',
        flow: { name: one.flow, version: 1 },
      })),
    });
    const [first] = batch.tests;
    const { body } = await call(gateway, 'GET', `/v1/runs/${first?.attempts[0]?.runId}`, { as: one.person });
    expect(body).toMatchObject({
      name: one.flow,
      labels: ['ci', 'shop'],
      flow: { name: one.flow, version: 1 },
      trigger: { batch: id, test: one.flow, attempt: 1 },
    });
  });

  it('has fifty rows of which three fail once: each report says three flaky', async () => {
    const one = await playing(gateway);
    const id = await one.start({ retries: 1, flows: [{ flow: { name: one.flow }, rows: rows(50) }] });
    const flaky = ['row 7', 'row 21', 'row 50'].map((name) => `${one.flow} › ${name}`);
    const batch = await one.playOut(id, (test, attempt) =>
      flaky.includes(test) && attempt === 1 ? 'fail' : 'pass',
    );
    expect(batch).toMatchObject({ status: 'pass', counts: { tests: 50, pass: 47, flaky: 3, fail: 0 } });
    expect(namesOf(batch.tests, 'flaky')).toEqual(flaky);
    expect(await one.runs(id)).toHaveLength(53);
    const report = (format: ReportFormat) => one.report(id, format);
    expect((await report('junit')).match(/<flakyFailure /g)).toHaveLength(3);
    expect(JSON.parse(await report('ctrf'))).toMatchObject({
      results: { summary: { tests: 50, passed: 50, flaky: 3 } },
    });
    expect(await report('markdown')).toMatch(/3 flaky/);
    expect(JSON.parse(await report('json'))).toEqual(batch);
    const { body } = await call(
      gateway,
      'GET',
      `/v1/projects/${one.person.projectId}/flows/${one.flow}/statistics`,
      {
        as: one.person,
      },
    );
    expect(body).toMatchObject({ tests: { tests: 50, flaky: 3, fail: 0, flakeRate: 0.06 } });
  });

  it('has no more runs at once than it says, and begins with the first', async () => {
    const one = await playing(gateway);
    const id = await one.start({ maxParallel: 3, flows: [{ flow: { name: one.flow }, rows: rows(8) }] });
    await one.begun(id, 3);
    expect((await one.runs(id)).map(({ test }) => test)).toEqual(
      [1, 2, 3].map((n) => `${one.flow} › row ${n}`),
    );
    const most: number[] = [];
    await eventually(
      async () => {
        const live = (await one.runs(id)).filter(({ status }) => status === 'running');
        most.push(live.length);
        await one.play((test) => (live.at(0)?.test === test ? 'pass' : undefined));
        expect((await one.read(id)).status).toBe('pass');
      },
      { everyMs: 25 },
    );
    expect(Math.max(...most)).toBe(3);
    expect(await one.runs(id)).toHaveLength(8);
  });

  it('begins all that there is room for, without waiting for an end', async () => {
    const one = await playing(gateway);
    const id = await one.start({
      maxParallel: 30,
      flows: [{ flow: { name: one.flow }, rows: rows(30) }],
    });
    await one.begun(id, 30);
    await one.playOut(id, PASS);
  });

  it('runs a test that fails as often as it may, and fails for it', async () => {
    const one = await playing(gateway);
    const id = await one.start({ retries: 2, flows: [{ flow: { name: one.flow }, rows: rows(3) }] });
    const batch = await one.playOut(id, (test) => (test.endsWith('row 2') ? 'fail' : 'pass'));
    expect(batch).toMatchObject({ status: 'fail', counts: { pass: 2, fail: 1 } });
    expect(batch.tests[1]?.attempts).toMatchObject(
      [1, 2, 3].map((attempt) => ({ attempt, outcome: 'fail', picture: LAST_LOOK.screenshotPath })),
    );
  });

  it('is not failed by a test in quarantine, which is run and reported', async () => {
    const one = await playing(gateway);
    const id = await one.start({
      flows: [
        { flow: { name: one.flow }, rows: [{ name: 'known', labels: ['quarantine'] }, { name: 'sound' }] },
      ],
    });
    const batch = await one.playOut(id, (test) => (test.endsWith('known') ? 'fail' : 'pass'));
    expect(batch).toMatchObject({ status: 'pass', counts: { pass: 1, fail: 1, quarantined: 1 } });
    expect(batch.tests[0]).toMatchObject({ quarantined: true, status: 'fail' });
  });

  it('begins no other test once one has failed, if it is to stop then', async () => {
    const one = await playing(gateway);
    const id = await one.start({
      stopOnFailure: true,
      maxParallel: 2,
      flows: [{ flow: { name: one.flow }, rows: rows(6) }],
    });
    await one.begun(id, 2);
    await one.play((test) => (test.endsWith('row 1') ? 'fail' : undefined));
    const batch = await one.playOut(id, PASS);
    expect(batch).toMatchObject({ status: 'fail', counts: { fail: 1, pass: 1, skipped: 4 } });
    expect(await one.runs(id)).toHaveLength(2);
  });

  it('begins none after one that could not be started, if it is to stop then; that is no failure of the flow', async () => {
    const one = await playing(gateway);
    const leaves = await addFlow(gateway, one.person.projectId, one.person, TWO_STEPS);
    const id = await one.start({
      stopOnFailure: true,
      maxParallel: 1,
      flows: [one.flow, leaves, one.flow].map((name) => ({ flow: { name } })),
    });
    await one.begun(id, 1);
    await gateway.sql.rows(
      'delete from flow_versions where flow_id in (select id from flows where name = $1)',
      [leaves],
    );
    const batch = await one.playOut(id, PASS);
    expect(batch).toMatchObject({ status: 'fail', counts: { pass: 1, fail: 1, skipped: 1 } });
    expect(batch.tests[1]).toMatchObject({ attempts: [], reason: expect.any(String) });
    expect(await one.runs(id)).toHaveLength(1);
  });

  it('ends also if one of its runs has waited for a person for months', async () => {
    const one = await playing(gateway);
    const id = await one.start({ flows: [{ flow: { name: one.flow } }] });
    await one.begun(id, 1);
    await one.play(() => undefined);
    await gateway.sql.rows(
      `update runs set claimed_at = claimed_at - interval '90 days' where trigger ->> 'batch' = $1`,
      [id],
    );
    const { tests } = await one.playOut(id, PASS);
    expect(tests[0]?.attempts).toMatchObject([{ outcome: 'pass', durationMs: 2 ** 31 - 1 }]);
  });

  it('runs the version that its flow had, whatever becomes of that', async () => {
    const one = await playing(gateway);
    const id = await one.start({ maxParallel: 1, retries: 1, flows: [{ flow: { name: one.flow } }] });
    await one.begun(id, 1);
    const changed = { ...TWO_STEPS, steps: [{ action: 'goto', url: '/other' }, TWO_STEPS.steps[1]] };
    expect((await flowsOf(gateway, one.person).put(one.flow, changed)).status).toBe(201);
    const batch = await one.playOut(id, (_, attempt) => (attempt === 1 ? 'fail' : 'pass'));
    expect(batch.tests).toMatchObject([{ status: 'flaky', flow: { version: 1 } }]);
    for (const { runId } of batch.tests[0]!.attempts) {
      const { body } = await call(gateway, 'GET', `/v1/runs/${runId}`, { as: one.person });
      expect(body).toMatchObject({ flow: { name: one.flow, version: 1 } });
    }
  });

  it('runs a definition, which is stored under no name; one that is the newest version counts as that', async () => {
    const one = await playing(gateway);
    const id = await one.start({
      flows: [
        { flow: { name: 'of-a-file', definition: { ...TWO_STEPS, defaultTimeoutMs: 700 } } },
        { flow: { name: one.flow, definition: TWO_STEPS } },
      ],
    });
    const { tests } = await one.playOut(id, PASS);
    expect(tests.map(({ flow }) => flow)).toEqual([{ name: 'of-a-file' }, { name: one.flow, version: 1 }]);
    expect((await flowsOf(gateway, one.person).get('/of-a-file')).status).toBe(404);
  });
});

describe('a cancel of a batch', () => {
  it('begins none of the tests that wait, and cancels the runs that go on with one receipt (I3)', async () => {
    const one = await playing(gateway);
    const id = await one.start({
      maxParallel: 5,
      flows: [{ flow: { name: one.flow }, rows: rows(100) }],
    });
    await one.begun(id, 5);
    const { status, body } = await one.request('POST', `/${id}/cancel`, { reason: 'a newer build' });
    const receipt = { matched: 5, cancelling: 5, failed: 0, reason: 'a newer build', filter: { batch: id } };
    expect({ status, body }).toMatchObject({ status: 202, body: receipt });
    expect(await one.read(id)).toMatchObject({
      status: 'cancelling',
      counts: { cancelled: 95, running: 5, waiting: 0 },
      cancel: { by: one.person.email, reason: 'a newer build', job: (body as CancelJob).id },
    });
    expect((await one.runs(id)).map(({ cancelled }) => cancelled)).toEqual(Array(5).fill(true));
  });
});
