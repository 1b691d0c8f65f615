/* I10, I11: a rerun starts the same flow again, and never types a secret of another user. */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readPlan } from '#shared/adapters/database/run-views/plan.ts';
import {
  addMember,
  call,
  createKey,
  createPerson,
  expectContract,
  FLOW,
  type Sent,
  startRun,
  useGateway,
} from '../fixture.ts';

const gateway = await useGateway();
const [ann, operator, viewer, stranger] = [
  await createPerson(gateway),
  await createPerson(gateway),
  await createPerson(gateway),
  await createPerson(gateway),
];
await addMember(gateway, ann.projectId, operator, 'operator');
await addMember(gateway, ann.projectId, viewer, 'viewer');

const SECRET = 'hunter2-and-more';
const secretFlow = () => ({
  ...FLOW(ann.projectId),
  steps: [
    { action: 'goto', url: '/' },
    { action: 'fill', selector: '#password', value: SECRET },
  ],
});

async function start(body: unknown, as = ann): Promise<string> {
  const answer = await call(gateway, 'POST', '/v1/run', { as, body });
  expect(answer.status).toBe(202);
  return (answer.body as { id: string }).id;
}
async function rerun(id: string, body?: unknown, sent: Sent = { as: ann }) {
  const answer = await call(gateway, 'POST', `/v1/runs/${id}/rerun`, {
    ...sent,
    ...(body !== undefined && { body }),
  });
  expectContract('rerunRun', answer);
  expect(JSON.stringify(answer.body)).not.toContain(SECRET);
  return { ...answer, id: (answer.body as { id: string }).id };
}
const stored = (id: string) =>
  gateway.sql.row(
    `select user_id, project_id, rerun_of, on_runner_loss, concurrency_key, queue_timeout_ms::int, state from runs where id = $1`,
    [id],
  );
const shown = async (id: string, as = ann) =>
  (await call(gateway, 'GET', `/v1/runs/${id}`, { as })).body as Record<string, unknown>;
const issuesOf = (answer: { body: unknown }) =>
  (answer.body as { details?: { issues: { path: string }[] } }).details?.issues.map(({ path }) => path);

describe('a rerun', () => {
  it('starts the same flow again, secrets and options included, and says what it repeats', async () => {
    const options = {
      onRunnerLoss: 'requeue',
      concurrencyKey: 'k',
      queueTimeoutMs: 5_000,
      maxDurationMs: 9_000,
    };
    const first = await start({ ...secretFlow(), ...options });
    const second = await rerun(first);
    expect(second.body).toEqual({ ok: true, id: second.id, status: 'running' });
    expect(second.id).not.toBe(first);
    expect(await stored(second.id)).toEqual({ ...(await stored(first)), rerun_of: first });
    expect(await readPlan(gateway.sql, second.id)).toEqual(await readPlan(gateway.sql, first));
    expect(await shown(second.id)).toMatchObject({ rerunOf: first, concurrencyKey: 'k' });
    expect(await shown(first)).not.toHaveProperty('rerunOf');
    const third = await rerun(second.id);
    expect(await stored(third.id)).toMatchObject({ rerun_of: second.id, queue_timeout_ms: 5_000 });
    const machine = await gateway.sql.row<{ snapshot: unknown }>('select snapshot from runs where id = $1', [
      third.id,
    ]);
    expect(machine?.snapshot).toMatchObject({ machine: { context: { maxDurationMs: 9_000 } } });
  });

  it('takes changes by the rules of a start', async () => {
    const first = await start({ ...secretFlow(), contextId: 'c' });
    const { id } = await rerun(first, { baseUrl: 'http://127.0.0.1:2/', contextId: null, headless: false });
    expect(await readPlan(gateway.sql, id)).toMatchObject({
      baseUrl: 'http://127.0.0.1:2/',
      headless: false,
    });
    expect(await shown(id)).not.toHaveProperty('contextId');
  });

  it.each<[string, unknown, string[]]>([
    ['a wrong step', { steps: [{ action: 'goto', url: '//other' }] }, ['steps.0.url']],
    ['no step', { steps: [] }, ['steps']],
    ['null for what has to be', { baseUrl: null, project: null }, ['project', 'baseUrl']],
    [
      'wrong types',
      { headless: 'yes', queueTimeoutMs: -1, concurrencyKey: 5 },
      ['headless', 'queueTimeoutMs', 'concurrencyKey'],
    ],
    ['NUL in a text', { contextId: 'a\0' }, ['contextId']],
    ['a list', [], ['']],
    ['a text', 'text', ['']],
    ['null', null, ['']],
  ])('with %s is refused', async (_, body, issues) => {
    const answer = await rerun(await startRun(gateway, ann), body);
    expect(answer.status).toBe(400);
    expect(issuesOf(answer)).toEqual(issues);
  });

  it('refuses what no start knows, and names that every object has', async () => {
    const first = await start(secretFlow());
    const text = `{"valueOf":1,"constructor":{"x":1},"flow":{"steps":[]},"rerunOf":"x","id":"${randomUUID()}"}`;
    const answer = await rerun(first, undefined, { as: ann, text });
    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer.body)).toContain('valueOf, constructor, flow, rerunOf, id');
  });

  it('with a body that reaches for the prototype is refused', async () => {
    const text = '{"__proto__":{"headless":false}}';
    const answer = await rerun(await startRun(gateway, ann), undefined, { as: ann, text });
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid JSON body' } });
  });

  it.each(['null', '[]', '{"steps": "abc"}', '{"steps": [null]}', '{"steps": [{"action": "levitate"}]}'])(
    'of a flow that cannot be read, %s, needs all of it anew',
    async (plan) => {
      const first = await start(secretFlow());
      await gateway.sql.rows('update runs set plan = $2::json where id = $1', [first, plan]);
      expect(issuesOf(await rerun(first, { values: { 'steps.0.value': 'a' } }))).toEqual([
        'values.steps.0.value',
      ]);
      expect(issuesOf(await rerun(first))).toEqual(['baseUrl', 'steps']);
      expect((await rerun(first, { ...secretFlow() })).status).toBe(202);
    },
  );

  it('in another project is one there; in one that is gone is refused', async () => {
    const person = await createPerson(gateway);
    const first = await startRun(gateway, person);
    const made = await call(gateway, 'POST', '/v1/projects', { as: person, body: { label: 'Second' } });
    const project = (made.body as { id: string }).id;
    const sent = { as: person };
    expect(await shown((await rerun(first, { project }, sent)).id, person)).toMatchObject({ project });
    expect((await rerun(first, { project: ann.projectId }, sent)).body).toMatchObject({
      error: 'invalid project',
    });
    await call(gateway, 'DELETE', `/v1/projects/${person.projectId}`, { as: person });
    expect(await rerun(first, {}, sent)).toMatchObject({ status: 400, body: { error: 'invalid project' } });
  });

  it('I11: is for those who may start: seen but not allowed is 403, not seen is 404', async () => {
    const first = await start(secretFlow());
    expect((await rerun(first, {}, { as: viewer })).status).toBe(403);
    expect((await rerun(first, {}, { as: stranger })).status).toBe(404);
    expect((await rerun(first, {}, { key: await createKey(gateway, ann, ['runs:read']) })).status).toBe(403);
    expect((await rerun(first, {}, {})).status).toBe(401);
    for (const id of [randomUUID(), 'x', '%00'])
      expect((await rerun(id)).body).toEqual({ ok: false, error: 'not found' });
    const { id } = await rerun(first, { values: { 'steps.1.value': 'my own' } }, { as: operator });
    expect(await stored(id)).toMatchObject({ user_id: operator.userId, rerun_of: first });
  });
});

describe("I10: a rerun of another user's flow", () => {
  const ELSEWHERE = { baseUrl: 'http://127.0.0.1:2/' };
  const MINE = { values: { 'steps.1.value': 'my-own-secret' } };
  const message = 'is a secret that another user wrote: give your own in values';
  const byOperator = (id: string, body: unknown) => rerun(id, body, { as: operator });

  it.each([{}, ELSEWHERE, { captureScreenshotAfterEachStep: true }, { onCancel: [] }])(
    'with %j is refused, and says which secrets are missing',
    async (changes) => {
      const answer = await byOperator(await start(secretFlow()), changes);
      expect(answer).toMatchObject({
        status: 400,
        body: {
          error: 'the flow has secrets that another user wrote: give your own',
          details: { issues: [{ path: 'steps.1.value', message }], fieldErrors: { steps: [message] } },
        },
      });
    },
  );

  it("runs with the caller's own, which are then theirs alone", async () => {
    const first = await start(secretFlow());
    const { id } = await byOperator(first, { ...MINE, ...ELSEWHERE });
    const plan = await readPlan(gateway.sql, id);
    expect(plan).toMatchObject({ ...ELSEWHERE, steps: [{}, { value: 'my-own-secret' }] });
    expect(JSON.stringify(plan)).not.toContain(SECRET);
    expect(JSON.stringify(await shown(id, operator))).not.toContain('my-own-secret');
    expect((await byOperator(id, {})).status).toBe(202);
    expect(issuesOf(await rerun(id))).toEqual(['steps.1.value']);
  });

  it('needs none where no secret of theirs is left', async () => {
    const onCancel = [{ action: 'fill', selector: '#x', value: SECRET }];
    const first = await start({ ...secretFlow(), onCancel });
    const steps = [{ action: 'goto', url: '/' }];
    expect(issuesOf(await byOperator(first, { steps }))).toEqual(['onCancel.0.value']);
    const { id } = await byOperator(first, { ...ELSEWHERE, steps, onCancel: null });
    expect(JSON.stringify(await readPlan(gateway.sql, id))).not.toContain(SECRET);
  });

  it('keeps what is said to be no secret', async () => {
    const fill = { action: 'fill', selector: '#count', value: '250', secret: false };
    const { id } = await byOperator(await start({ ...secretFlow(), steps: [fill] }), {});
    expect(await readPlan(gateway.sql, id)).toMatchObject({ steps: [fill] });
  });

  it('says so in Spanish to who asks in it', async () => {
    const first = await start(secretFlow());
    const headers = { 'accept-language': 'es' };
    const answer = await rerun(first, {}, { as: operator, headers });
    expect(answer.body).toMatchObject({
      error: 'el flujo tiene secretos que escribió otra persona: da los tuyos',
      details: { fieldErrors: { steps: [expect.stringMatching(/^es un secreto/)] } },
    });
  });
});

describe('I10: the placeholder of a secret', () => {
  const SHOWN = '[REDACTED]';
  const fill = { action: 'fill', selector: '#password', value: SHOWN };
  const message = 'must not be the placeholder of a secret';

  it.each<[string, object]>([
    ['steps.0.value', { steps: [fill] }],
    ['steps.0.value', { steps: [{ ...fill, value: `Bearer ${SHOWN}` }] }],
    ['steps.0.value', { steps: [{ action: 'selectOption', selector: '#who', value: ['me', SHOWN] }] }],
    ['steps.0.url', { steps: [{ action: 'goto', url: `/?q=${SHOWN}` }] }],
    ['onCancel.0.value', { onCancel: [fill] }],
    ['baseUrl', { baseUrl: `http://ann:${encodeURIComponent(SHOWN)}@127.0.0.1:1/` }],
  ])('is typed, chosen or opened nowhere: %s', async (path, changes) => {
    const error = 'the flow has [REDACTED] in place of hidden values: enter them again';
    const refused = { status: 400, body: { error, details: { issues: [{ path, message }] } } };
    const first = await start({ ...secretFlow(), steps: [{ action: 'goto', url: '/' }] });
    expect(await rerun(first, changes)).toMatchObject(refused);
    const body = { ...secretFlow(), steps: [{ action: 'goto', url: '/' }], ...changes };
    expect(await call(gateway, 'POST', '/v1/run', { as: ann, body })).toMatchObject(refused);
  });

  it('that a stored flow has is not typed again', async () => {
    const first = await start(secretFlow());
    await gateway.sql.rows(
      `update runs set plan = jsonb_set(plan::jsonb, '{steps,1,value}', $2)::json where id = $1`,
      [first, JSON.stringify(SHOWN)],
    );
    expect(issuesOf(await rerun(first))).toEqual(['steps.1.value']);
    expect((await rerun(first, { values: { 'steps.1.value': SECRET } })).status).toBe(202);
  });

  it('may be a value that is said to be no secret', async () => {
    await start({ ...secretFlow(), steps: [{ ...fill, secret: false }] });
  });
});

it('I10: a flow with a value that is marked secret has no video', async () => {
  const steps = [{ action: 'fill', selector: '#password', value: SECRET, secret: true }];
  const body = { ...secretFlow(), steps, recordVideoOnFailure: true };
  const answer = await call(gateway, 'POST', '/v1/run', { as: ann, body });
  expect(issuesOf(answer)).toEqual(['recordVideoOnFailure']);
});
