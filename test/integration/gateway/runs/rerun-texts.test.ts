/* I10: a rerun asks for each value with a secret inside, and not for what it replaces. */
import { expect, it } from 'vitest';
import { readPlan } from '#shared/adapters/database/run-views/plan.ts';
import { addMember, call, createPerson, expectContract, FLOW, useGateway } from '../fixture.ts';

const gateway = await useGateway();
const [ann, operator] = [await createPerson(gateway), await createPerson(gateway)];
await addMember(gateway, ann.projectId, operator, 'operator');

const SECRET = 'hunter2-and-more';
const FILL = { action: 'fill', selector: '#password', value: SECRET };
const OPEN = { action: 'goto', url: '/' };
const MINE = { 'steps.1.value': 'my-own-secret' };
const VICTORY = { v2: true, goal: `Sign in with ${SECRET}`, victory: { textIncludes: [`Hello ${SECRET}`] } };

async function start(more: object): Promise<string> {
  const body = { ...FLOW(ann.projectId), steps: [OPEN, FILL], ...more };
  const answer = await call(gateway, 'POST', '/v1/run', { as: ann, body });
  expect(answer.status).toBe(202);
  return (answer.body as { id: string }).id;
}

async function rerun(id: string, body: object, as = operator) {
  const answer = await call(gateway, 'POST', `/v1/runs/${id}/rerun`, { as, body });
  expectContract('rerunRun', answer);
  expect(JSON.stringify(answer.body)).not.toContain(SECRET);
  return { ...answer, id: (answer.body as { id: string }).id };
}

const message = 'contains a secret that another user wrote: replace it with your own';

it.each<[string, object, string[]]>([
  [
    'a selector',
    { steps: [OPEN, FILL, { action: 'click', selector: `text=${SECRET}` }] },
    ['steps.2.selector'],
  ],
  [
    'what a step claims of its page',
    { steps: [OPEN, FILL, { action: 'verify', textIncludes: ['Hello', `Hello ${SECRET}`] }] },
    ['steps.2.textIncludes'],
  ],
  [
    'an onCancel step',
    { onCancel: [{ action: 'waitForSelector', selector: `text=${SECRET}` }] },
    ['onCancel.0.selector'],
  ],
  ['a victory', { assist: VICTORY }, ['assist']],
])("I10: a rerun of another user's flow shows none of its secrets inside %s", async (_, more, paths) => {
  const first = await start(more);
  expect(await rerun(first, { values: MINE })).toMatchObject({
    status: 400,
    body: {
      error: 'the flow has secrets that another user wrote: give your own',
      details: { issues: paths.map((path) => ({ path, message })) },
    },
  });
  // Who wrote it needs nothing.
  expect((await rerun(first, {}, ann)).status).toBe(202);
});

it('I10: a value that is no secret, or an address, with a secret inside is asked for like one', async () => {
  const search = { action: 'goto', url: `/search?q=${SECRET}` };
  const repeated = { ...FILL, selector: '#again', value: `not ${SECRET}`, secret: false };
  const first = await start({ steps: [search, FILL, repeated] });
  const { body } = await rerun(first, { values: MINE });
  expect(body).toMatchObject({ details: { issues: [{ path: 'steps.0.url' }, { path: 'steps.2.value' }] } });
  const values = { ...MINE, 'steps.0.url': '/search', 'steps.2.value': 'nothing' };
  const { id } = await rerun(first, { values });
  expect(JSON.stringify(await readPlan(gateway.sql, id))).not.toContain(SECRET);
});

it('I10: what a rerun replaces is not asked for', async () => {
  const first = await start({ assist: VICTORY, onCancel: [{ action: 'click', selector: `text=${SECRET}` }] });
  const { id } = await rerun(first, { values: MINE, assist: null, onCancel: [] });
  expect(JSON.stringify(await readPlan(gateway.sql, id))).not.toContain(SECRET);
});

it('a field that is cleared is no secret', async () => {
  const first = await start({ steps: [OPEN, { ...FILL, value: '' }] });
  expect((await rerun(first, {})).status).toBe(202);
});

it('I10: a secret inside a victory, or what a step claims, is shown to nobody', async () => {
  const claims = { action: 'verify', textIncludes: [SECRET], urlIncludes: [`/${SECRET}`] };
  const id = await start({ assist: VICTORY, steps: [OPEN, FILL, claims] });
  const query = `project=${ann.projectId}`;
  const paths = [`/v1/runs/${id}`, `/v1/runs/${id}?hints=1`, `/v1/runs/${id}/flow`, `/v1/runs?${query}`];
  for (const as of [ann, operator])
    for (const path of paths) {
      const { status, body } = await call(gateway, 'GET', path, { as });
      expect(status).toBe(200);
      expect(JSON.stringify(body)).toContain('[REDACTED]');
      expect(JSON.stringify(body)).not.toContain(SECRET);
    }
});
