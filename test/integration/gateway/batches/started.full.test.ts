/* I11, I12, I13: a batch is started once for its key, by those who may, and holds up no other project. */
import { describe, expect, it } from 'vitest';
import { forgetBatches } from '#shared/adapters/database/batches/retention.ts';
import type { BatchSummary } from '#shared/api/contract/batches/batches.ts';
import { eventually } from '../../../support/eventually.ts';
import { useDueStarts } from '../due-starts.ts';
import { addMember, call, createKey, createPerson, useGateway } from '../fixture.ts';
import { PASS, playing, rows } from './playing.ts';

const gateway = await useGateway();
useDueStarts(gateway, 2);

describe('who starts a batch', () => {
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
    await one.begun(id, 1);
    await gateway.sql.rows(`update project_members set role = 'viewer' where user_id = $1`, [member.userId]);
    const batch = await one.playOut(id, PASS);
    expect(batch.tests).toMatchObject([
      { status: 'pass' },
      { status: 'fail', reason: 'its maker may not start runs in this project any more', attempts: [] },
    ]);
  });
});

describe('a batch beside others', () => {
  it('I13: a project that has as many as it may holds up no batch of another one', async () => {
    const [hostile, one] = [await playing(gateway), await playing(gateway)];
    const many = { maxParallel: 100, flows: [{ flow: { name: hostile.flow }, rows: rows(100) }] };
    for (let n = 0; n < 30; n += 1) await hostile.start(many);
    const id = await one.start({ flows: [{ flow: { name: one.flow } }] });
    await one.begun(id, 1);
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
    await one.begun(id, 2);
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
