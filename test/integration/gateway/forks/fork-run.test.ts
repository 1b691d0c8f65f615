/* I10, I11, I12: a fork carries over the steps before its own, and uses no secret of another user. */
import { expect, test } from 'vitest';
import { keepCheckpoint } from '../../../support/given/keep-checkpoint.ts';
import { addMember, call, createPerson, expectContract, FLOW, type Person, useGateway } from '../fixture.ts';

const gateway = await useGateway();
const [ann, bob, viewer] = [
  await createPerson(gateway),
  await createPerson(gateway),
  await createPerson(gateway),
];
await addMember(gateway, ann.projectId, bob, 'operator');
await addMember(gateway, ann.projectId, viewer, 'viewer');

const SECRET = 'hunter2-and-more';
const STEPS = [
  { action: 'fill', selector: '#password', value: SECRET },
  { action: 'click', selector: '#in' },
  { action: 'fill', selector: '#pin', value: 'secret-of-later' },
];

async function run(more: object = {}): Promise<string> {
  const body = { ...FLOW(ann.projectId), steps: STEPS, ...more };
  const answer = await call(gateway, 'POST', '/v1/run', { as: ann, body });
  expect(answer.status).toBe(202);
  return (answer.body as { id: string }).id;
}
async function checked(more: object = {}): Promise<string> {
  const id = await run(more);
  await keepCheckpoint(gateway.sql, id);
  return id;
}
interface Answer {
  id: string;
  code?: string;
  error?: string;
  details?: { issues: { path: string }[] };
}
async function fork(id: string, body: object, as: Person = ann, headers: Record<string, string> = {}) {
  const answer = await call(gateway, 'POST', `/v1/runs/${id}/fork`, { as, body, headers });
  expectContract('forkRun', answer);
  expect(JSON.stringify(answer.body)).not.toContain(SECRET);
  return { status: answer.status, body: answer.body as Answer };
}
const issuesOf = ({ body }: { body: Answer }) => body.details?.issues.map(({ path }) => path);
const planOf = async (id: string) =>
  (await gateway.sql.row<{ plan: { steps: object[] } }>('select plan from runs where id = $1', [id]))!.plan;
const read = async (id: string, as: Person) =>
  (await call(gateway, 'GET', `/v1/runs/${id}?hints=1`, { as })).body as Record<string, unknown>;

test('a fork keeps the steps before, has the others that it is given, and is listed by its original', async () => {
  const id = await checked({ name: 'Checkout', concurrencyKey: 'shop', cancelPrevious: true });
  const steps = [{ action: 'click', selector: '#other' }];
  const { status, body } = await fork(id, { fromStep: 1, steps });
  expect(status).toBe(202);
  expect((await planOf(body.id)).steps).toMatchObject([STEPS[0], steps[0]!]);
  expect(await read(body.id, ann)).toMatchObject({
    name: 'Checkout',
    forkedFrom: { runId: id, step: 1 },
    forkFrom: [1],
    steps: [{ index: 0, ok: true, carried: true }],
  });
  const original = await read(id, ann);
  expect(original).toMatchObject({ status: 'running', forkFrom: [1], forks: [{ id: body.id, step: 1 }] });
  const row = await gateway.sql.row<{ done: number }>(
    `select (snapshot #>> '{machine,context,done}')::int as done from runs where id = $1`,
    [body.id],
  );
  expect(row).toEqual({ done: 1 });
});

test('a step that the flow does not have is refused, and one that is not done or not kept says which', async () => {
  const id = await checked();
  for (const body of [{ fromStep: 3 }, { fromStep: 4, steps: [{ action: 'snapshot' }] }])
    expect(issuesOf(await fork(id, body))).toEqual(['fromStep']);
  expect((await fork(id, { fromStep: 0 })).status).toBe(400);
  expect((await fork(id, { fromStep: 1, stepz: [] })).status).toBe(400);
  const errorOf = async (run: string, fromStep: number) => {
    const { status, body } = await fork(run, { fromStep });
    return [status, body.error];
  };
  expect(await errorOf(id, 2)).toEqual([409, 'the run has not done the step before this one']);
  const insertStep = (run: string) =>
    gateway.sql.rows(
      `insert into steps (run_id, index, epoch, action, ok) values ($1, 1, 1, 'click', true)`,
      [run],
    );
  await insertStep(id);
  expect(await errorOf(id, 2)).toEqual([
    409,
    'the run keeps no checkpoints: its flow has to say checkpoints: true',
  ]);
  const keeping = await checked({ checkpoints: true });
  await insertStep(keeping);
  expect(await errorOf(keeping, 2)).toEqual([409, 'the page of the run at this step is not kept']);
});

test('I12: the same Idempotency-Key begins one run, also once nothing is kept any more', async () => {
  const id = await checked();
  const headers = { 'idempotency-key': 'fork-once' };
  const first = await fork(id, { fromStep: 1 }, ann, headers);
  expect((await fork(id, { fromStep: 1 }, ann, headers)).body).toEqual(first.body);
  expect((await fork(id, { fromStep: 1, inputs: { a: 1 } }, ann, headers)).status).toBe(422);
  await gateway.sql.rows('delete from page_states where run_id = $1', [id]);
  expect((await fork(id, { fromStep: 1 }, ann, headers)).body.id).toBe(first.body.id);
});

test('I10, I11: another user gives secrets of their own, also for steps that are done; a viewer begins nothing', async () => {
  const id = await checked();
  expect((await fork(id, { fromStep: 1 }, viewer)).status).toBe(403);
  const refused = await fork(id, { fromStep: 1 }, bob);
  expect({ status: refused.status, issues: issuesOf(refused) }).toEqual({
    status: 400,
    issues: ['steps.0.value', 'steps.2.value'],
  });
  const steps = [{ action: 'click', selector: '#other' }];
  expect(issuesOf(await fork(id, { fromStep: 1, steps }, bob))).toEqual(['steps.0.value']);
  const own = await fork(id, { fromStep: 1, steps, values: { 'steps.0.value': 'of-bob' } }, bob);
  expect(own.status).toBe(202);
  expect((await planOf(own.body.id)).steps).toMatchObject([{ value: 'of-bob' }, steps[0]!]);
  // Their author may post back what was shown.
  const shown = [{ action: 'fill', selector: '#pin', value: '[REDACTED]' }];
  const again = await fork(id, { fromStep: 1, steps: shown });
  expect((await planOf(again.body.id)).steps).toMatchObject([STEPS[0], { value: 'secret-of-later' }]);
});

test('a flow that keeps checkpoints is refused where there is no vault', async () => {
  const bare = await useGateway({ config: { GHOSTLY_SEAL_PUBLIC_KEY: undefined } });
  const person = await createPerson(bare);
  const body = { ...FLOW(person.projectId), checkpoints: true };
  expect(await call(bare, 'POST', '/v1/run', { as: person, body })).toMatchObject({
    status: 501,
    body: { error: expect.stringContaining('GHOSTLY_SEAL_PUBLIC_KEY') },
  });
});
