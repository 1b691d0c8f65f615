/* I10: a flow is read as it was posted, without its secrets, and keeps those of its author if posted back. */
import { describe, expect, it } from 'vitest';
import { readPlan } from '#shared/adapters/database/run-views/plan.ts';
import { addMember, call, createPerson, expectContract, FLOW, type Sent, useGateway } from '../fixture.ts';

const gateway = await useGateway();
const [ann, operator, viewer] = [
  await createPerson(gateway),
  await createPerson(gateway),
  await createPerson(gateway),
];
await addMember(gateway, ann.projectId, operator, 'operator');
await addMember(gateway, ann.projectId, viewer, 'viewer');

const [SECRET, PASSWORD] = ['hunter2-and-more', 'p4ss-of-the-site'];
const HIDDEN = '[REDACTED]';
const STEPS = [
  { action: 'goto', url: `http://ann:${PASSWORD}@127.0.0.1:1/start` },
  { action: 'fill', selector: '#password', value: SECRET },
  { action: 'fill', selector: '#count', value: '250', secret: false },
  { action: 'click', selector: `text=${SECRET}` },
];
const SHOWN = [
  { action: 'goto', url: `http://${HIDDEN}@127.0.0.1:1/start` },
  { action: 'fill', selector: '#password', value: HIDDEN },
  { action: 'fill', selector: '#count', value: '250', secret: false },
  { action: 'click', selector: `text=${HIDDEN}` },
];

async function start(more: object = {}): Promise<string> {
  const body = { ...FLOW(ann.projectId), baseUrl: 'http://127.0.0.1:1/', steps: STEPS, ...more };
  const answer = await call(gateway, 'POST', '/v1/run', { as: ann, body });
  expect(answer.status).toBe(202);
  return (answer.body as { id: string }).id;
}

async function flowOf(id: string, sent: Sent = { as: ann }) {
  const answer = await call(gateway, 'GET', `/v1/runs/${id}/flow`, sent);
  expectContract('readFlow', answer);
  return answer.body as { flow: Record<string, unknown>; hidden: string[]; keepsHidden: boolean };
}

const rerun = (id: string, body: unknown, sent: Sent = { as: ann }) =>
  call(gateway, 'POST', `/v1/runs/${id}/rerun`, { ...sent, body });
const idOf = ({ body }: { body: unknown }) => (body as { id: string }).id;

describe('the flow of a run', () => {
  it('I10: is read as it was posted, defaults and options included, and tells nobody a secret', async () => {
    const id = await start({ contextId: 'night', concurrencyKey: 'k', onCancel: [STEPS[1]] });
    for (const as of [ann, operator, viewer]) {
      const shown = await flowOf(id, { as });
      expect(shown).toEqual({
        flow: {
          project: ann.projectId,
          baseUrl: 'http://127.0.0.1:1/',
          contextId: 'night',
          steps: SHOWN,
          onCancel: [SHOWN[1]],
          headless: true,
          defaultTimeoutMs: 30_000,
          captureScreenshotAfterEachStep: false,
          captureA11yAfterEachStep: false,
          recordVideoOnFailure: false,
          playwrightTrace: 'on-failure',
          checkpoints: false,
          onRunnerLoss: 'fail',
          concurrencyKey: 'k',
          cancelPrevious: false,
        },
        hidden: ['steps.0.url', 'steps.1.value', 'steps.3.selector', 'onCancel.0.value'],
        keepsHidden: as === ann,
      });
      expect(JSON.stringify(shown)).not.toMatch(`${SECRET}|${PASSWORD}`);
    }
  });

  it('hides the password in its address', async () => {
    const shown = await flowOf(await start({ baseUrl: `http://ann:${PASSWORD}@127.0.0.1:1/` }));
    expect(shown).toMatchObject({ flow: { baseUrl: `http://${HIDDEN}@127.0.0.1:1/` } });
    expect(shown.hidden[0]).toBe('baseUrl');
  });

  it('that cannot be read is shown without it', async () => {
    const id = await start();
    await gateway.sql.rows(`update runs set plan = '{"steps": "abc"}'::json where id = $1`, [id]);
    expect((await flowOf(id)).flow).toEqual({
      project: ann.projectId,
      onRunnerLoss: 'fail',
      cancelPrevious: false,
    });
  });
});

describe('a flow that is posted back as it was shown', () => {
  it('keeps the secrets of its author', async () => {
    const id = await start({ baseUrl: `http://ann:${PASSWORD}@127.0.0.1:1/`, onCancel: [STEPS[1]] });
    const again = await rerun(id, (await flowOf(id)).flow);
    expect(again.status).toBe(202);
    expect(await readPlan(gateway.sql, idOf(again))).toEqual(await readPlan(gateway.sql, id));
  });

  it('keeps them in a step that was moved, and in one of which something else was edited', async () => {
    const id = await start();
    const steps = [
      { ...SHOWN[0], timeoutMs: 900 },
      { action: 'snapshot' },
      SHOWN[3],
      { ...SHOWN[1], timeoutMs: 800 },
    ];
    const again = await rerun(id, { steps });
    expect(again.status).toBe(202);
    expect((await readPlan(gateway.sql, idOf(again)))?.steps).toEqual([
      { ...STEPS[0], timeoutMs: 900 },
      { action: 'snapshot' },
      STEPS[3],
      { ...STEPS[1], timeoutMs: 800 },
    ]);
  });

  it.each<[string, object]>([
    ['for another field', { selector: '#elsewhere' }],
    ['inside another text', { value: `${HIDDEN}!` }],
  ])('keeps none %s', async (_, change) => {
    const answer = await rerun(await start(), { steps: [SHOWN[0], { ...SHOWN[1], ...change }] });
    expect(answer).toMatchObject({
      status: 400,
      body: { details: { issues: [{ path: 'steps.1.value' }] } },
    });
  });

  it('types the placeholder, and not the secret, where a value is no longer to be secret', async () => {
    const again = await rerun(await start(), { steps: [{ ...SHOWN[1], secret: false }] });
    expect((await readPlan(gateway.sql, idOf(again)))?.steps).toMatchObject([{ value: HIDDEN }]);
  });

  it("I10: keeps nothing of another user's", async () => {
    const id = await start();
    const { flow } = await flowOf(id, { as: operator });
    const answer = await rerun(id, flow, { as: operator });
    expect(answer).toMatchObject({
      status: 400,
      body: { details: { issues: [{ path: 'steps.0.url' }, { path: 'steps.1.value' }] } },
    });
  });
});
