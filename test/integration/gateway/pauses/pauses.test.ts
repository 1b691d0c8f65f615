/* I10, I14: of many orders to go on the first counts, and edited steps keep the secrets of their author. */
import { expect, it } from 'vitest';
import { flowSchema } from '#shared/domain/flow/flow.ts';
import {
  BEGUN,
  CLAIM,
  claimByHand,
  LAUNCHED,
  PAUSE,
  queueRun,
  STEP_OK,
  type TestEvent,
} from '../../../support/database/runs.ts';
import { addMember, call, createPerson, type Person, useGateway } from '../fixture.ts';

const gateway = await useGateway();

const goto = (url: string) => ({ action: 'goto', url });
const fill = (value: string) => ({ action: 'fill', selector: '#code', value });
const flowOf = (steps: object[], more: object = {}) =>
  flowSchema.parse({ baseUrl: 'http://127.0.0.1:1', steps, ...more });
const LASTING: TestEvent = { ...PAUSE, forMs: 1e13 };

/** A run that is paused after so many steps. */
async function paused(person: Person, flow = flowOf([goto('/a'), goto('/b')]), done = 1) {
  const { id } = await queueRun(gateway.sql, person, { flow });
  const events = Array.from({ length: done }, (_, n) => [
    BEGUN,
    ...(n === done - 1 ? [LASTING] : []),
    STEP_OK,
  ]);
  for (;;) {
    const owner = await claimByHand(gateway.sql, crypto.randomUUID(), 600_000);
    if (owner.run.id !== id) continue;
    for (const event of [CLAIM, LAUNCHED, ...events.flat()]) await owner.commit(event);
    return id;
  }
}

const post = async (id: string, what: string, as: Person, body: object = {}) => {
  const reply = await call(gateway, 'POST', `/v1/runs/${id}/${what}`, { as, body });
  return { status: reply.status, body: reply.body as { error?: string; from?: number } };
};
const rowOf = async (id: string) =>
  (await gateway.sql.row<{
    orders: { kind: string; userId: string; edited?: boolean }[];
    plan: { steps: { url?: string; value?: string }[] };
  }>('select orders, plan from runs where id = :id', { id }))!;

it('the first of many counts, and a pause that is asked for after it is another one', async () => {
  const ann = await createPerson(gateway);
  const id = await paused(ann);
  const all = await Promise.all(['resume', 'skip', 'retry', 'resume'].map((what) => post(id, what, ann)));
  expect(all.filter(({ status }) => status === 202)).toHaveLength(1);
  for (const { status, body } of all.filter((one) => one.status !== 202))
    expect({ status, ...body }).toMatchObject({ status: 409, answered: { user: { email: ann.email } } });
  // Its owner has not heard of that yet.
  expect(await post(id, 'pause', ann)).toMatchObject({ status: 202, body: { paused: false } });
  expect((await rowOf(id)).orders.map(({ kind }) => kind)).toEqual(['resume', 'pause']);
});

it('edited steps are stored with who did it, and only of the user’s own runs', async () => {
  const [ann, bob] = [await createPerson(gateway), await createPerson(gateway)];
  await addMember(gateway, ann.projectId, bob, 'operator');
  const id = await paused(ann);
  const steps = [goto('/c'), goto('/d')];
  expect(await post(id, 'resume', bob, { steps })).toMatchObject({ status: 403 });
  expect(await post(id, 'resume', ann, { steps })).toMatchObject({ status: 202, body: { from: 1 } });
  const { orders, plan } = await rowOf(id);
  expect(orders).toMatchObject([{ kind: 'resume', userId: ann.userId, edited: true }]);
  expect(JSON.stringify(orders)).not.toContain('/d');
  expect(plan.steps.map(({ url }) => url)).toEqual(['/a', '/c', '/d']);
});

it('I10: steps that are sent as they were shown keep each its own value; what was secret is not uncovered', async () => {
  const ann = await createPerson(gateway);
  const id = await paused(ann, flowOf([goto('/a'), fill('one-secret'), fill('two-secret')]), 2);
  const shown = await call(gateway, 'GET', `/v1/runs/${id}/flow`, { as: ann });
  const ahead = (shown.body as { flow: { steps: object[] } }).flow.steps.slice(2);
  expect(JSON.stringify(ahead)).not.toContain('two-secret');
  expect((await post(id, 'resume', ann, { steps: ahead })).status).toBe(202);
  expect((await rowOf(id)).plan.steps.map(({ value }) => value)).toEqual([
    undefined,
    'one-secret',
    'two-secret',
  ]);

  const other = await paused(ann, flowOf([goto('/login?token=oldsecret12'), fill('oldsecret12')]));
  expect(await post(other, 'resume', ann, { steps: [fill('newsecret12')] })).toMatchObject({ status: 400 });
  const marked = [{ ...fill('x-secret-x'), secret: true }];
  expect(await post(other, 'resume', ann, { steps: marked })).toMatchObject({ status: 400 });
  expect((await rowOf(other)).orders).toBeNull();
});

it('steps after the last one that was posted come in the place of the check of a victory', async () => {
  const ann = await createPerson(gateway);
  const assist = { v2: true, goal: 'x', victory: { textIncludes: ['ok'] } };
  const id = await paused(ann, flowOf([goto('/a')], { assist }));
  await gateway.sql.rows(
    `update runs set snapshot = jsonb_set(jsonb_set(snapshot, '{machine,context,stepTimeouts}', '[1,1]'),
       '{machine,context,done}', '2') where id = $1`,
    [id],
  );
  expect(await post(id, 'resume', ann, { steps: [goto('/first'), goto('/second')] })).toMatchObject({
    status: 202,
    body: { from: 1 },
  });
  expect((await rowOf(id)).plan.steps.map(({ url }) => url)).toEqual(['/a', '/first', '/second']);
});

it('I14: a run takes so many orders, and says so; the reason of a pause has no secret of its author', async () => {
  const ann = await createPerson(gateway);
  const id = await paused(ann, flowOf([goto('/a'), fill('hush-hush-7')]));
  const fillWith = (count: number, kind: string) =>
    gateway.sql.rows(
      `update runs set orders = (select jsonb_agg(jsonb_build_object('kind', $2::text)) from generate_series(1, $3::int))
       where id = $1`,
      [id, kind, count],
    );
  await fillWith(200, 'answer');
  expect(await post(id, 'resume', ann)).toMatchObject({
    status: 409,
    body: { error: 'people have asked too much of this run' },
  });
  const acting = await queueRun(gateway.sql, ann, { flow: flowOf([goto('/a'), fill('hush-hush-7')]) });
  expect((await post(acting.id, 'pause', ann, { reason: 'why hush-hush-7?' })).status).toBe(202);
  expect(JSON.stringify((await rowOf(acting.id)).orders)).not.toContain('hush-hush-7');
});
