/* I11: the first valid answer to a waiting run counts, by a user who may change the run. */
import { expect, it } from 'vitest';
import { flowSchema } from '#shared/domain/flow/flow.ts';
import { answerPlace } from '#shared/platform/seal/answer-place.ts';
import { readPrivateKeys } from '#shared/platform/seal/keys.ts';
import { open } from '#shared/platform/seal/seal.ts';
import { ANSWERED, ASKING_FLOW, CANCEL, queueRun } from '../../../support/database/runs.ts';
import { askingRun } from '../../../support/given/asking-run.ts';
import { addMember, call, createPerson, type Person, SEAL_KEY, useGateway } from '../fixture.ts';

const gateway = await useGateway();

const FORM = flowSchema.parse({
  baseUrl: 'http://127.0.0.1:1',
  steps: [
    {
      action: 'ask',
      text: 'Who are you?',
      fields: [
        { name: 'user' },
        { name: 'pin', type: 'password' },
        { name: 'plan', type: 'choice', options: ['small', 'large'], optional: true },
        { name: 'sure', type: 'yesno', optional: true },
      ],
    },
  ],
});

const asking = (person: Person, flow = ASKING_FLOW, askedAt = Date.now()) =>
  askingRun(gateway.sql, person, { flow, askedAt });

interface Refused {
  error: string;
  details?: { issues: { path: string; message: string }[] };
  answered?: { step: number; user: { id: string; email?: string } };
}
const answer = async (id: string, as: Person, values: object, step?: number) => {
  const reply = await call(gateway, 'POST', `/v1/runs/${id}/answer`, { as, body: { values, step } });
  return { status: reply.status, body: reply.body as Refused };
};

it('the first of many answers counts, and the others learn whose that was', async () => {
  const ann = await createPerson(gateway);
  const { id } = await asking(ann);
  const all = await Promise.all(Array.from({ length: 10 }, (_, n) => answer(id, ann, { code: `00000${n}` })));
  expect(all.filter(({ status }) => status === 200)).toHaveLength(1);
  for (const { status, body } of all.filter((one) => one.status !== 200)) {
    expect(status).toBe(409);
    expect(body.answered).toMatchObject({ step: 0, user: { id: ann.userId, email: ann.email } });
  }
  const row = await gateway.sql.row<{ orders: { sealed: string }[] }>(
    'select orders from runs where id = :id',
    { id },
  );
  const { orders: answers } = row!;
  expect(answers).toMatchObject([{ step: 0, attempt: 1, userId: ann.userId, names: ['code'] }]);
  const place = answerPlace({ projectId: ann.projectId, runId: id, attempt: 1, step: 0 });
  expect(await open(await readPrivateKeys(SEAL_KEY), place, answers[0]!.sealed)).toEqual({
    code: expect.stringMatching(/^00000\d$/),
  });
});

it('says what of an answer is wrong, and takes the right one', async () => {
  const ann = await createPerson(gateway);
  const { id } = await asking(ann, FORM);
  const refused = await answer(id, ann, { user: 7, pin: '', plan: 'huge', sure: 'yes', more: 'x' });
  expect(refused.status).toBe(400);
  const wrong = await answer(id, ann, { pin: '', plan: 'huge', sure: 'yes', more: 'x' });
  expect(wrong.body.details?.issues).toEqual([
    { path: 'values.more', message: 'is no field of the question' },
    { path: 'values.user', message: 'has to be answered' },
    { path: 'values.pin', message: 'has to be answered' },
    { path: 'values.plan', message: 'must be one of the options' },
    { path: 'values.sure', message: 'must be true or false' },
  ]);
  expect(await answer(id, ann, { user: 'ann', pin: 'hush-hush', plan: 'large', sure: true })).toMatchObject({
    status: 200,
    body: { ok: true, id, step: 0 },
  });
  const { body } = await call(gateway, 'GET', `/v1/runs/${id}?hints=1`, { as: ann });
  expect(JSON.stringify(body)).not.toContain('hush-hush');
});

it('I11: is taken of who may change the run, and of nobody else', async () => {
  const [ann, bob, eve, sue] = await Promise.all([1, 2, 3, 4].map(() => createPerson(gateway)));
  await addMember(gateway, ann!.projectId, bob!, 'viewer');
  await addMember(gateway, ann!.projectId, sue!, 'operator');
  const { id } = await asking(ann!);
  expect(await answer(id, bob!, { code: '1' })).toMatchObject({ status: 403 });
  expect(await answer(id, eve!, { code: '1' })).toMatchObject({ status: 404 });
  expect(await answer(id, sue!, { code: '1' })).toMatchObject({ status: 200 });
});

it('is not taken of a run that waits for none: before, after, in a cancel, and when the time is over', async () => {
  const ann = await createPerson(gateway);
  const notAsked = { status: 409, body: { error: 'the run does not wait for an answer' } };
  const { id: queued } = await queueRun(gateway.sql, ann, { flow: ASKING_FLOW });
  expect(await answer(queued, ann, { code: '1' })).toMatchObject(notAsked);

  const over = await asking(ann);
  await answer(over.id, ann, { code: '1' });
  await over.owner.commit(ANSWERED);
  for (const step of [undefined, 0]) {
    const late = await answer(over.id, ann, { code: '2' }, step);
    expect(late).toMatchObject({ status: 409, body: { answered: { step: 0, user: { email: ann.email } } } });
  }
  expect(await answer(over.id, ann, { code: '2' }, 1)).toMatchObject(notAsked);

  const stopped = await asking(ann);
  await call(gateway, 'POST', `/v1/runs/${stopped.id}/cancel`, { as: ann, body: {} });
  expect(await answer(stopped.id, ann, { code: '1' })).toMatchObject(notAsked);
  await stopped.owner.commit(CANCEL);
  expect(await answer(stopped.id, ann, { code: '1' }, 0)).toMatchObject(notAsked);

  const { id: tooLate } = await asking(ann, ASKING_FLOW, Date.now() - 600_001);
  expect(await answer(tooLate, ann, { code: '1' })).toMatchObject(notAsked);
});

it('is asked for in what the run waits for', async () => {
  const ann = await createPerson(gateway);
  const { id } = await asking(ann);
  const waits = async () => (await call(gateway, 'GET', `/v1/runs/${id}?hints=1`, { as: ann })).body;
  expect(await waits()).toMatchObject({
    waitingFor: {
      code: 'answer',
      step: 0,
      question: { text: 'Which code did you get?', fields: [{ name: 'code', type: 'code' }] },
      leadsTo: 'fail',
      for: expect.stringMatching(
        /^It asks a person: Which code did you get\? If nobody answers within \d+ m( \d+ s)?, the run fails\.$/,
      ),
    },
  });
  await answer(id, ann, { code: '1' });
  expect(await waits()).toMatchObject({ waitingFor: { code: 'step', step: 0 } });
});
