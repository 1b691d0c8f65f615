/* I10, I11: a run is shown with its state, steps and cancel, without secrets, to those who may see it. */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { recordLateResult } from '#shared/adapters/database/runs/late-result.ts';
import { recordCancelRequest } from '#shared/adapters/database/runs/record-cancel.ts';
import { claimByHand, queueRun, TO_PASS } from '../../../support/database/runs.ts';
import { eventually } from '../../../support/eventually.ts';
import {
  addMember,
  call,
  createPerson,
  expectContract,
  type Person,
  startRun,
  useGateway,
} from '../fixture.ts';

const gateway = await useGateway();
const ann = await createPerson(gateway);
const admin = await createPerson(gateway, 'admin');

const read = (id: string, as = ann) => call(gateway, 'GET', `/v1/runs/${id}`, { as });
const ids = async (as: Person, query = '') => {
  const list = await call(gateway, 'GET', `/v1/runs${query}`, { as });
  expectContract('listRuns', list);
  return (list.body as { id: string }[]).map(({ id }) => id);
};

describe('I10: what a run shows of its secrets', () => {
  it('is neither a password of its baseUrl nor a fill value that a cancel gives as its reason', async () => {
    const flow = {
      project: ann.projectId,
      baseUrl: 'http://ann:base-secret@127.0.0.1:1',
      steps: [{ action: 'fill', selector: '#pin', value: 'fill-secret' }],
    };
    const started = await call(gateway, 'POST', '/v1/run', { as: ann, body: flow });
    const { id } = started.body as { id: string };
    const reason = 'I typed fill-secret at base-secret';
    await call(gateway, 'POST', `/v1/runs/${id}/cancel`, { as: ann, body: { reason } });
    const shown = (await read(id)).body;
    expect(shown).toMatchObject({
      baseUrl: 'http://127.0.0.1:1/',
      cancel: { reason: 'I typed [REDACTED] at [REDACTED]' },
    });
    expect(JSON.stringify(shown)).not.toContain('secret');
  });

  it('is no fill value of onCancel or among many spaces either, and a reason is taken whatever the flow is', async () => {
    const fill = (value: string) => ({ action: 'fill', selector: '#pin', value });
    const flow = {
      project: ann.projectId,
      baseUrl: 'http://127.0.0.1:1',
      steps: [fill(`${'\u2003 '.repeat(1_500)}spaced-secret`), { ...fill('no secret'), secret: false }],
      onCancel: [fill('tidy-secret')],
    };
    const reasonOf = async (plan?: string) => {
      const { body } = await call(gateway, 'POST', '/v1/run', { as: ann, body: flow });
      const { id } = body as { id: string };
      if (plan !== undefined)
        await gateway.sql.rows('update runs set plan = $2::json where id = $1', [id, plan]);
      const sent = { reason: 'spaced-secret, tidy-secret and no secret' };
      expect((await call(gateway, 'POST', `/v1/runs/${id}/cancel`, { as: ann, body: sent })).status).toBe(
        200,
      );
      return ((await read(id)).body as { cancel: { reason: string } }).cancel.reason;
    };
    expect(await reasonOf()).toBe('[REDACTED], [REDACTED] and no secret');
    for (const plan of ['null', '{"steps": [null, 5, {"action": "fill"}]}', '{"onCancel": {"action": []}}'])
      expect(await reasonOf(plan)).toBe('spaced-secret, tidy-secret and no secret');
    expect(await reasonOf('{"steps": "\\u0000"}')).toBe('[REDACTED]');
  });
});

describe('reading a run', () => {
  it('shows a queued one without absent fields, and what it waits for with hints', async () => {
    const id = await startRun(gateway, ann);
    const answer = await read(id);
    expectContract('readRun', answer);
    const shown = {
      id,
      status: 'running',
      state: 'running.queued',
      startedAt: expect.stringMatching(/^\d{4}-.*Z$/),
      durationMs: 0,
      baseUrl: 'http://127.0.0.1:1',
      project: ann.projectId,
      stepCount: 1,
      steps: [],
      events: [],
    };
    expect(answer.body).toEqual(shown);
    const hinted = await read(`${id}?hints=1`);
    expectContract('readRun', hinted);
    expect(hinted.body).toEqual({
      ...shown,
      waitingFor: expect.objectContaining({ code: 'no_runner', leadsTo: 'fail' }),
    });
    expect(hinted.headers.get('etag')).toBeNull();
  });

  it('trims the project and the context that a start names; spaces alone name no context', async () => {
    const start = async (contextId: string) => {
      const flow = { baseUrl: 'http://127.0.0.1:1', steps: [{ action: 'snapshot' }] };
      const body = { ...flow, project: ` ${ann.projectId}\n`, contextId };
      const started = await call(gateway, 'POST', '/v1/run', { as: ann, body });
      expect(started.status).toBe(202);
      return (await read((started.body as { id: string }).id, ann)).body;
    };
    expect(await start('  nightly ')).toMatchObject({ project: ann.projectId, contextId: 'nightly' });
    expect(await start('   ')).not.toHaveProperty('contextId');
  });

  it('shows a passed one with its steps, events and duration', async () => {
    const person = await createPerson(gateway);
    const { id } = await queueRun(gateway.sql, person);
    const owner = await claimOnly(id);
    for (const event of TO_PASS) expect(await owner.commit(event)).toBeDefined();
    await gateway.sql.rows(
      `insert into steps (run_id, index, epoch, action, ok, error, screenshot_path, a11y) values
       ($1, 0, 1, 'goto', true, null, $2, 'tree'), ($1, 1, 1, 'click', false, 'no button', null, null)`,
      [id, `${id}/1-0.png`],
    );
    const answer = await read(id, person);
    expectContract('readRun', answer);
    const body = answer.body as {
      durationMs: number;
      events: { seq: number; type: string }[];
      steps: unknown;
    };
    expect(body).toMatchObject({ id, status: 'pass', state: 'pass' });
    expect(body.durationMs).toBeGreaterThanOrEqual(0);
    expect(body.steps).toEqual([
      { index: 0, action: 'goto', ok: true, screenshotPath: `${id}/1-0.png`, a11y: 'tree' },
      { index: 1, action: 'click', ok: false, error: 'no button' },
    ]);
    expect(body.events.map(({ seq }) => seq)).toEqual(body.events.map((_, index) => index + 1));
    expect(body.events.at(-1)).toMatchObject({ type: 'run_end', payload: { status: 'pass' } });

    const list = await call(gateway, 'GET', '/v1/runs', { as: person });
    expectContract('listRuns', list);
    const [summary] = list.body as Record<string, unknown>[];
    expect(summary).not.toHaveProperty('events');
    expect(summary).toMatchObject({
      id,
      steps: [{ index: 0, screenshotPath: `${id}/1-0.png` }, { index: 1 }],
    });
    expect(JSON.stringify(summary)).not.toContain('tree');
  });

  it('has no steps of one that goes on, as in the original, but with hints; all once it is final', async () => {
    const person = await createPerson(gateway);
    const { id } = await queueRun(gateway.sql, person);
    const owner = await claimOnly(id);
    const [toActing, toEnd] = [TO_PASS.slice(0, 4), TO_PASS.slice(4)];
    for (const event of toActing) await owner.commit(event);
    await gateway.sql.rows(
      `insert into steps (run_id, phase, index, epoch, action, ok) values
       ($1, 'flow', 0, 1, 'goto', true), ($1, 'onCancel', 0, 1, 'click', true)`,
      [id],
    );
    const all = {
      steps: [{ index: 0, action: 'goto', ok: true }],
      onCancel: [{ index: 0, action: 'click', ok: true }],
    };
    const plain = await read(id, person);
    expect(plain.body).toMatchObject({
      status: 'running',
      steps: [],
      events: expect.arrayContaining([expect.objectContaining({ type: 'step_success', stepIndex: 0 })]),
    });
    expect(plain.body).not.toHaveProperty('onCancel');
    expect((await read(`${id}?hints=1`, person)).body).toMatchObject(all);
    expect((await call(gateway, 'GET', '/v1/runs', { as: person })).body).toMatchObject([{ id, ...all }]);
    for (const event of toEnd) await owner.commit(event);
    expect((await read(id, person)).body).toMatchObject({ status: 'pass', ...all });
  });

  it('shows a recorded cancel as `cancelling`, and who asked', async () => {
    const id = await startRun(gateway, ann);
    await recordCancelRequest(gateway.sql, { runId: id, by: 'user', mode: 'force', reason: 'enough' });
    await recordLateResult(gateway.sql, {
      runId: id,
      epoch: 1,
      owner: randomUUID(),
      browserClosed: true,
      result: { step: 1 },
    });
    const answer = await read(id);
    expectContract('readRun', answer);
    expect(answer.body).toMatchObject({
      status: 'cancelling',
      state: 'running.queued',
      durationMs: 0,
      cancel: {
        requestedAt: expect.any(String),
        source: 'user',
        mode: 'force',
        reason: 'enough',
        lateResults: [{ epoch: 1, browserClosed: true, result: { step: 1 } }],
      },
    });
  });

  it('shows a stale end with its verdict', async () => {
    const id = await startRun(gateway, ann);
    const verdict = {
      why: 'lease_expired',
      owner: randomUUID(),
      epoch: 1,
      lastHeartbeat: null,
      browser: 'unknown',
    };
    await gateway.sql.rows(
      `update runs set status = 'fail', state = 'fail', finished_at = created_at + interval '1500 ms', cancelled = true,
       stale = true, stop_reason = 'stale', verdict = $2 where id = $1`,
      [id, JSON.stringify(verdict)],
    );
    const answer = await read(id);
    expectContract('readRun', answer);
    const { lastHeartbeat, ...shown } = verdict;
    expect(lastHeartbeat).toBeNull();
    expect(answer.body).toMatchObject({
      status: 'fail',
      outcome: 'lost',
      durationMs: 1_500,
      stopReason: 'stale',
    });
    expect((answer.body as { cancel: unknown }).cancel).toEqual({
      source: 'supervisor',
      stale: true,
      verdict: shown,
    });
  });
});

describe('I11: listing runs', () => {
  it('shows own runs and those of projects, newest first; an admin sees all', async () => {
    const [carl, dora, stranger] = [
      await createPerson(gateway),
      await createPerson(gateway),
      await createPerson(gateway),
    ];
    await addMember(gateway, carl.projectId, dora, 'viewer');
    const carls = [await startRun(gateway, carl), await startRun(gateway, carl)];
    const doras = await startRun(gateway, dora);
    expect(await ids(carl)).toEqual(carls.toReversed());
    expect(await ids(dora)).toEqual([doras, ...carls.toReversed()]);
    expect(await ids(stranger)).toEqual([]);
    expect(await ids(admin)).toEqual(expect.arrayContaining([doras, ...carls]));
    expect(await ids(dora, `?project=${carl.projectId}`)).toEqual(carls.toReversed());
    expect(await ids(dora, `?project=${dora.projectId}`)).toEqual([doras]);
    expect(await ids(stranger, `?project=${carl.projectId}`)).toEqual([]);
    expect(await ids(admin, `?project=${carl.projectId}`)).toEqual(carls.toReversed());
    expect(await ids(carl, '?project=nonsense')).toEqual([]);
    expect(await ids(carl, '?project=')).toEqual(carls.toReversed());
  });
});

/** Claims until it is this run's turn: older queued runs of other tests are in the way. */
async function claimOnly(id: string) {
  return eventually(async () => {
    const owner = await claimByHand(gateway.sql, randomUUID());
    expect(owner.run.id).toBe(id);
    return owner;
  });
}
