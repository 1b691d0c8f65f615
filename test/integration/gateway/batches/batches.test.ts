import { beforeAll, describe, expect, it } from 'vitest';
import { forgetBatches } from '#shared/adapters/database/batches/retention.ts';
import type { Batch, BatchEntry, BatchSummary, ReportFormat } from '#shared/api/contract/batches/batches.ts';
import type { CancelJob } from '#shared/api/contract/cancel/cancel.ts';
import { eventually } from '../../../support/eventually.ts';
import { openStream } from '../../../support/http/sse.ts';
import { addMember, call, createKey, createPerson, useGateway } from '../fixture.ts';
import { addFlow, flowsOf } from '../flows/named-flows.ts';
import { TWO_STEPS } from '../schedules/leader.ts';
import { namesOf, playing } from './playing.ts';

const gateway = await useGateway();
beforeAll(() => {
  // Two gateways: each start is made by one of them.
  const loops = [...gateway.startDue(), ...gateway.startDue()];
  return async () => {
    for (const loop of loops) await loop[Symbol.asyncDispose]();
  };
});

const rows = (count: number) => Array.from({ length: count }, (_, n) => ({ name: `row ${n + 1}` }));
const PASS = () => 'pass' as const;

const runsOf = (batch: string) =>
  gateway.sql.rows<{ id: string; status: string; test: string; attempt: number; cancelled: boolean }>(
    `select id, shown_status as status, trigger ->> 'test' as test, (trigger ->> 'attempt')::int as attempt,
       cancel_requested_at is not null as cancelled
     from runs where trigger ->> 'batch' = $1 order by ordinal`,
    [batch],
  );

/** Waits until as many runs of it are there. */
const begun = (batch: string, count: number) =>
  eventually(async () => expect(await runsOf(batch)).toHaveLength(count));

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
    expect(await runsOf(id)).toHaveLength(53);
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
    await begun(id, 3);
    expect((await runsOf(id)).map(({ test }) => test)).toEqual(
      [1, 2, 3].map((n) => `${one.flow} › row ${n}`),
    );
    const most: number[] = [];
    await eventually(
      async () => {
        const live = (await runsOf(id)).filter(({ status }) => status === 'running');
        most.push(live.length);
        await one.play((test) => (live.at(0)?.test === test ? 'pass' : undefined));
        expect((await one.read(id)).status).toBe('pass');
      },
      { everyMs: 25, timeoutMs: 30_000 },
    );
    expect(Math.max(...most)).toBe(3);
    expect(await runsOf(id)).toHaveLength(8);
  });

  it('begins all that there is room for, without waiting for an end', async () => {
    const one = await playing(gateway);
    const id = await one.start({
      maxParallel: 30,
      flows: [{ flow: { name: one.flow }, rows: rows(30) }],
    });
    await begun(id, 30);
    await one.playOut(id, PASS);
  });

  it('runs a test that fails as often as it may, and fails for it', async () => {
    const one = await playing(gateway);
    const id = await one.start({ retries: 2, flows: [{ flow: { name: one.flow }, rows: rows(3) }] });
    const batch = await one.playOut(id, (test) => (test.endsWith('row 2') ? 'fail' : 'pass'));
    expect(batch).toMatchObject({ status: 'fail', counts: { pass: 2, fail: 1 } });
    expect(batch.tests[1]?.attempts).toMatchObject(
      [1, 2, 3].map((attempt) => ({ attempt, outcome: 'fail' })),
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
    await begun(id, 2);
    await one.play((test) => (test.endsWith('row 1') ? 'fail' : undefined));
    const batch = await one.playOut(id, PASS);
    expect(batch).toMatchObject({ status: 'fail', counts: { fail: 1, pass: 1, skipped: 4 } });
    expect(await runsOf(id)).toHaveLength(2);
  });

  it('begins none after one that could not be started, if it is to stop then; that is no failure of the flow', async () => {
    const one = await playing(gateway);
    const leaves = await addFlow(gateway, one.person.projectId, one.person, TWO_STEPS);
    const id = await one.start({
      stopOnFailure: true,
      maxParallel: 1,
      flows: [one.flow, leaves, one.flow].map((name) => ({ flow: { name } })),
    });
    await begun(id, 1);
    await gateway.sql.rows(
      'delete from flow_versions where flow_id in (select id from flows where name = $1)',
      [leaves],
    );
    const batch = await one.playOut(id, PASS);
    expect(batch).toMatchObject({ status: 'fail', counts: { pass: 1, fail: 1, skipped: 1 } });
    expect(batch.tests[1]).toMatchObject({ attempts: [], reason: expect.any(String) });
    expect(await runsOf(id)).toHaveLength(1);
  });

  it('ends also if one of its runs has waited for a person for months', async () => {
    const one = await playing(gateway);
    const id = await one.start({ flows: [{ flow: { name: one.flow } }] });
    await begun(id, 1);
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
    await begun(id, 1);
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
    await begun(id, 5);
    const { status, body } = await one.request('POST', `/${id}/cancel`, { reason: 'a newer build' });
    const receipt = { matched: 5, cancelling: 5, failed: 0, reason: 'a newer build', filter: { batch: id } };
    expect({ status, body }).toMatchObject({ status: 202, body: receipt });
    expect(await one.read(id)).toMatchObject({
      status: 'cancelling',
      counts: { cancelled: 95, running: 5, waiting: 0 },
      cancel: { by: one.person.email, reason: 'a newer build', job: (body as CancelJob).id },
    });
    expect((await runsOf(id)).map(({ cancelled }) => cancelled)).toEqual(Array(5).fill(true));
  });
});

describe('who starts it', () => {
  it('I12: gets the batch of the first request for another one with its key; another body is refused', async () => {
    const one = await playing(gateway);
    const body = { flows: [{ flow: { name: one.flow } }] };
    const key = { 'Idempotency-Key': crypto.randomUUID() };
    const made = await Promise.all(Array.from({ length: 5 }, () => one.post(body, key)));
    expect(new Set(made.map((answer) => (answer.body as BatchSummary).id)).size).toBe(1);
    expect(made.filter(({ headers }) => headers.get('Idempotent-Replayed') === 'true')).toHaveLength(4);
    expect(await one.post({ ...body, retries: 1 }, key)).toMatchObject({ status: 422 });
    expect((await one.request('GET', '')).body).toHaveLength(1);
  });

  it('hears of each row that is wrong, and nothing is started', async () => {
    const one = await playing(gateway);
    const typing = {
      baseUrl: 'http://127.0.0.1:1',
      inputsSchema: { type: 'object', properties: { pin: { type: 'string' }, count: { type: 'integer' } } },
      steps: [
        { action: 'goto', url: '/' },
        { action: 'fill', selector: '#pin', value: '${inputs.pin}' },
      ],
    };
    const flow = { name: 'typing', definition: typing };
    const inputs = [{ count: 1 }, { count: 'many' }, { count: 2, pin: '4711' }];
    const { status, body } = await one.post({
      flows: [{ flow, rows: inputs.map((row) => ({ inputs: row })) }],
    });
    expect(status).toBe(400);
    const { issues } = (body as { details: { issues: { path: string }[] } }).details;
    expect(issues.map(({ path }) => path)).toEqual([
      'flows.0.rows.1.inputs.count',
      'flows.0.rows.2.steps.1.value',
    ]);
    const missing = await one.post({ flows: [{ flow: { name: 'there-is-none' } }] });
    expect(missing).toMatchObject({
      status: 400,
      body: { details: { issues: [{ path: 'flows.0.flow.name' }] } },
    });
    expect((await one.request('GET', '')).body).toEqual([]);
  });

  it('I11: starts nothing more once the rights are gone: the tests say why', async () => {
    const one = await playing(gateway);
    const { person } = one;
    const member = await createPerson(gateway);
    await addMember(gateway, person.projectId, member, 'operator');
    const key = await createKey(gateway, member, ['runs:read', 'runs:write']);
    const { body } = await call(gateway, 'POST', `/v1/projects/${person.projectId}/batches`, {
      headers: { 'x-api-key': key },
      body: { maxParallel: 1, flows: [{ flow: { name: one.flow }, rows: rows(2) }] },
    });
    const { id } = body as BatchSummary;
    await begun(id, 1);
    await gateway.sql.rows(`update project_members set role = 'viewer' where user_id = $1`, [member.userId]);
    const batch = await one.playOut(id, PASS);
    expect(batch.tests).toMatchObject([
      { status: 'pass' },
      { status: 'fail', reason: 'its maker may not start runs in this project any more', attempts: [] },
    ]);
  });
});

describe('beside others', () => {
  it('I13: a project that has as many as it may holds up no batch of another one', async () => {
    const [hostile, one] = [await playing(gateway), await playing(gateway)];
    const many = { maxParallel: 100, flows: [{ flow: { name: hostile.flow }, rows: rows(100) }] };
    for (let n = 0; n < 30; n += 1) await hostile.start(many);
    const id = await one.start({ flows: [{ flow: { name: one.flow } }] });
    await begun(id, 1);
    // Two gateways, with five starts a turn each; some turns were under way.
    const fair = await gateway.sql.row<{ isFair: boolean }>(
      `select count(*) <= 40 as "isFair" from runs as other, runs as own, batches
       where own.trigger ->> 'batch' = $1 and batches.id = $1::uuid and other.project_id = $2
         and other.ordinal < own.ordinal and other.created_at > batches.created_at`,
      [id, hostile.person.projectId],
    );
    expect(fair).toEqual({ isFair: true });
    for (const { id: batch } of (await hostile.request('GET', '')).body as BatchSummary[])
      await hostile.request('POST', `/${batch}/cancel`, {});
    await one.playOut(id, PASS);
  });

  it('I12: one key in two projects at once is one request, and another one', async () => {
    const one = await playing(gateway);
    const other = await playing(gateway);
    await addMember(gateway, other.person.projectId, one.person, 'operator');
    const headers = { 'Idempotency-Key': crypto.randomUUID() };
    const ask = (projectId: string, flow: string) =>
      call(gateway, 'POST', `/v1/projects/${projectId}/batches`, {
        as: one.person,
        headers,
        body: { flows: [{ flow: { name: flow } }] },
      });
    const answers = await Promise.all([
      ask(one.person.projectId, one.flow),
      ask(other.person.projectId, other.flow),
    ]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 422]);
  });

  it('leaves nothing once its project is deleted', async () => {
    const one = await playing(gateway);
    const id = await one.start({ maxParallel: 2, flows: [{ flow: { name: one.flow }, rows: rows(5) }] });
    await begun(id, 2);
    await gateway.sql.rows(
      `insert into batch_ends (project_id, batch_id, run_id, outcome) select project_id, id, gen_random_uuid(), 'pass' from batches where id = $1`,
      [id],
    );
    await gateway.sql.rows('delete from project_members where project_id = $1', [one.person.projectId]);
    await gateway.sql.rows('delete from runs where project_id = $1', [one.person.projectId]);
    await gateway.sql.rows('delete from projects where id = $1', [one.person.projectId]);
    while (await forgetBatches(gateway.sql, 30));
    expect(await gateway.sql.rows('select from batches where id = $1', [id])).toEqual([]);
    await eventually(async () =>
      expect(await gateway.sql.rows('select from batch_ends where batch_id = $1', [id])).toEqual([]),
    );
  });
});

describe('its stream', () => {
  const entriesOf = (messages: readonly { data: unknown }[]) =>
    messages.map(({ data }) => data as BatchEntry);

  it('I7: sends each test with each of its last words, in order, and ends; it resumes where it was', async () => {
    const one = await playing(gateway);
    const id = await one.start({ maxParallel: 2, flows: [{ flow: { name: one.flow }, rows: rows(4) }] });
    const url = `${gateway.url}/v1/projects/${one.person.projectId}/batches/${id}/events/stream`;
    const watch = await openStream(url, { authorization: `Bearer ${one.person.token}` });
    await one.playOut(id, PASS);
    const messages = await watch.ended();
    const numbers = messages.flatMap(({ id: number }) => (number === undefined ? [] : [Number(number)]));
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    const entries = entriesOf(messages);
    const last = new Map(
      entries.flatMap((one) => (one.kind === 'test' ? [[one.test.index, one.test] as const] : [])),
    );
    const batch = (await one.read(id)) as Batch;
    expect([...last.values()].toSorted((a, b) => a.index - b.index)).toEqual(batch.tests);
    expect(entries.slice(-2)).toMatchObject([{ kind: 'batch', batch: { status: 'pass' } }, { kind: 'end' }]);
    const before = String(numbers[3]);
    const again = await openStream(url, {
      authorization: `Bearer ${one.person.token}`,
      'Last-Event-ID': before,
    });
    const rest = (await again.ended()).map(({ id: number }) => Number(number ?? Infinity));
    expect(rest.every((number) => number > Number(before))).toBe(true);
  });

  it('I11: is closed soon after its watcher may see the project no more', async () => {
    const one = await playing(gateway);
    const member = await createPerson(gateway);
    await addMember(gateway, one.person.projectId, member, 'viewer');
    const id = await one.start({ flows: [{ flow: { name: one.flow } }] });
    const url = `${gateway.url}/v1/projects/${one.person.projectId}/batches/${id}/events/stream`;
    const watch = await openStream(url, { authorization: `Bearer ${member.token}` });
    await watch.until(({ event }) => event === 'batch');
    await gateway.sql.rows('delete from project_members where user_id = $1 and project_id = $2', [
      member.userId,
      one.person.projectId,
    ]);
    await watch.gone;
    await one.playOut(id, PASS);
  });
});
