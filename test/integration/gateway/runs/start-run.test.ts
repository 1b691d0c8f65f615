/* A start is stored and answered at once, also without NATS, or refused with the field that is wrong. */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { addDays } from '#shared/domain/run/day.ts';
import {
  addMember,
  call,
  createPerson,
  expectContract,
  FLOW,
  startGateway,
  startRun,
  useGateway,
} from '../fixture.ts';

const gateway = await useGateway();
const strict = await useGateway({ config: { GHOSTLY_MAX_DURATION_MS: 60_000 } });
const ann = await createPerson(gateway);
const bob = await createPerson(gateway);

const start = (body: unknown, as = ann) => call(gateway, 'POST', '/v1/run', { as, body });

describe('starting a run', () => {
  it('stores it as queued and answers 202 at once', async () => {
    const answer = await start(FLOW(ann.projectId));
    expect(answer.status).toBe(202);
    expectContract('startRun', answer);
    const { id } = answer.body as { id: string };
    expect(answer.body).toEqual({ ok: true, id, status: 'running' });
    expect(
      await gateway.sql.row('select user_id, project_id, status, state, owner from runs where id = $1', [id]),
    ).toEqual({
      user_id: ann.userId,
      project_id: ann.projectId,
      status: 'running',
      state: 'running.queued',
      owner: null,
    });
  });

  it('names the fields that it ignored, and no others, also when it is asked again', async () => {
    const flow = FLOW(ann.projectId);
    const steps = flow.steps.map((step, index) => (index === 0 ? { ...step, wait: 'load' } : step));
    const odd = { ...flow, steps, viewport: { width: 1 }, values: {} };
    const ask = () =>
      call(gateway, 'POST', '/v1/run', { as: ann, body: odd, headers: { 'idempotency-key': 'odd' } });
    for (const answer of [await ask(), await ask()]) {
      expectContract('startRun', answer);
      expect(answer.body).toMatchObject({ ok: true, ignored: ['viewport', 'values', 'steps.0.wait'] });
    }
  });

  it('gives it an id that tells its day, and begins otherwise than that of the run before', async () => {
    const ids: string[] = [];
    for (const _ of Array(3)) ids.push(((await start(FLOW(ann.projectId))).body as { id: string }).id);
    const days = await gateway.sql.rows<{ idDay: string; day: string }>(
      `select (uuid_extract_timestamp(id) at time zone 'UTC')::date::text as "idDay",
         (created_at at time zone 'UTC')::date::text as day
       from runs where id = any ($1::uuid[])`,
      [ids],
    );
    expect(days).toHaveLength(3);
    // The gateway took its day a moment before.
    for (const { idDay, day } of days) expect([day, addDays(day, -1)]).toContain(idDay);
    expect(new Set(ids.map((id) => id.slice(0, 8))).size).toBe(3);
  });

  it('takes the flow from `plan`, as clients of the original send it', async () => {
    const { project, ...plan } = FLOW(ann.projectId);
    expect((await start({ project, contextId: 'ctx', plan: { ...plan, contextId: 'other' } })).status).toBe(
      202,
    );
  });

  it("is refused with the contract's details when a field is wrong", async () => {
    const answer = await start({ ...FLOW(ann.projectId), steps: [{ action: 'goto', url: '//other' }] });
    expectContract('startRun', answer);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({
      ok: false,
      error: 'validation error',
      details: {
        formErrors: [],
        fieldErrors: { steps: ['must share the origin of baseUrl'] },
        issues: [{ path: 'steps.0.url', message: 'must share the origin of baseUrl' }],
      },
    });
  });

  it.each([
    ['that does not exist', () => randomUUID()],
    ['that is no id', () => 'default'],
    ['of another user', () => bob.projectId],
  ])('in a project %s is refused', async (_, project) => {
    const answer = await start(FLOW(project()));
    expectContract('startRun', answer);
    expect(answer).toMatchObject({ status: 400, body: { ok: false, error: 'invalid project' } });
  });

  it('takes an operator of the project, not a viewer', async () => {
    const [viewer, operator] = [await createPerson(gateway), await createPerson(gateway)];
    await addMember(gateway, ann.projectId, viewer, 'viewer');
    await addMember(gateway, ann.projectId, operator, 'operator');
    expect(await start(FLOW(ann.projectId), viewer)).toMatchObject({
      status: 403,
      body: { ok: false, error: 'forbidden' },
    });
    expect((await start(FLOW(ann.projectId), operator)).status).toBe(202);
  });

  it('stores nothing that PostgreSQL cannot hold, nor loses its way in deep JSON', async () => {
    const nul = { ...FLOW(ann.projectId), steps: [{ action: 'click', selector: 'a\0' }] };
    expect(await start(nul)).toMatchObject({ status: 400, body: { error: 'validation error' } });
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    const sent = (x: string) =>
      `{"constructor":{"prototype":1},"x":${x},${JSON.stringify(FLOW(ann.projectId)).slice(1)}`;
    const answerTo = (text: string) => call(gateway, 'POST', '/v1/run', { as: ann, text });
    expect((await answerTo(sent(nested(150)))).status).toBe(202);
    expect(await answerTo(sent(nested(100_000)))).toMatchObject({
      status: 400,
      body: { error: 'invalid JSON body' },
    });
  });

  it.each([
    ["the server's where the run has none", undefined, 60_000],
    ["the run's where it is lower", 5_000, 5_000],
    ["the server's where it is lower", 90_000, 60_000],
  ])('takes at most as long as allowed: %s', async (_, maxDurationMs, counts) => {
    const person = await createPerson(strict);
    const body = { ...FLOW(person.projectId), ...(maxDurationMs && { maxDurationMs }) };
    const answer = await call(strict, 'POST', '/v1/run', { as: person, body });
    const { id } = answer.body as { id: string };
    const row = await strict.sql.row<{ snapshot: object }>('select snapshot from runs where id = $1', [id]);
    expect(row?.snapshot).toMatchObject({ machine: { context: { maxDurationMs: counts } } });
  });

  it('answers although NATS hangs or is gone', async () => {
    await using deaf = await startGateway();
    const person = await createPerson(deaf);
    process.kill(deaf.nats.pid, 'SIGSTOP');
    await startRun(deaf, person);
    process.kill(deaf.nats.pid, 'SIGCONT');
    await deaf.nats.stop();
    await startRun(deaf, person);
  });
});
