/* I10, I11: an answer link shows and answers its one question, is over with it, and is in no log. */
import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { databaseKeyOf } from '#shared/adapters/database/database-key.ts';
import { createAnswerTokens } from '#shared/platform/seal/answer-links.ts';
import { ANSWERED, CANCEL } from '../../../support/database/runs.ts';
import { askingRun } from '../../../support/given/asking-run.ts';
import { addMember, call, createPerson, type Person, useGateway } from '../fixture.ts';

const gateway = await useGateway();
const tokens = createAnswerTokens(await databaseKeyOf(gateway.sql)());

async function linkTo(id: string, as: Person) {
  const reply = await call(gateway, 'POST', `/v1/runs/${id}/answer-link`, { as });
  const { url = '', ...body } = reply.body as { url?: string; expiresAt?: string; error?: string };
  return { status: reply.status, body, url, token: url.split('/#/answer/')[1] ?? '' };
}
/** No credentials but the token. */
const look = (token: string) => call(gateway, 'GET', `/v1/answers/${token}`);
const answer = (token: string, values: object = { code: '123456' }) =>
  call(gateway, 'POST', `/v1/answers/${token}`, { body: { values } });

async function linked() {
  const ann = await createPerson(gateway);
  const run = await askingRun(gateway.sql, ann);
  return { ann, ...run, ...(await linkTo(run.id, ann)) };
}

it('a link shows its question and nothing else of the run, and answers it once, of many answers at a time', async () => {
  const { id, ann, token, url, body } = await linked();
  expect(url).toBe(`${gateway.url}/#/answer/${token}`);
  expect((await look(token)).body).toEqual({
    project: 'Default',
    text: 'Which code did you get?',
    fields: [{ name: 'code', type: 'code' }],
    until: body.expiresAt,
  });
  const answers = await Promise.all(Array.from({ length: 8 }, (_, n) => answer(token, { code: `${n}` })));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  for (const { status, body: refused } of answers.filter((one) => one.status !== 200)) {
    expect(status).toBe(409);
    expect(refused).toMatchObject({ answered: { step: 0, byLink: true } });
  }
  expect(await look(token)).toMatchObject({ status: 409 });
  const late = await call(gateway, 'POST', `/v1/runs/${id}/answer`, {
    as: ann,
    body: { step: 0, values: { code: '1' } },
  });
  expect(late.body).toMatchObject({ answered: { step: 0, byLink: true } });
  const stored = await gateway.sql.row<{ answers: object[] }>(
    'select orders as answers from runs where id = :id',
    {
      id,
    },
  );
  expect(stored!.answers).toEqual([
    {
      kind: 'answer',
      step: 0,
      pauses: 0,
      attempt: 1,
      names: ['code'],
      at: expect.any(String),
      sealed: expect.any(String),
    },
  ]);
});

it('an answer by a link is checked like any other, and does not say who of the project was faster', async () => {
  const { id, ann, token } = await linked();
  expect(await answer(token, { code: '', more: 'x' })).toMatchObject({
    status: 400,
    body: { details: { issues: [{ path: 'values.more' }, { path: 'values.code' }] } },
  });
  await call(gateway, 'POST', `/v1/runs/${id}/answer`, { as: ann, body: { values: { code: '1' } } });
  const refused = await answer(token);
  expect(refused.body).toMatchObject({ answered: { step: 0, at: expect.any(String) } });
  expect(JSON.stringify(refused.body)).not.toContain(ann.email);
  expect(JSON.stringify(refused.body)).not.toContain(ann.userId);
});

it('I11: only who may answer makes a link', async () => {
  const { id, ann } = await linked();
  const [bob, eve] = [await createPerson(gateway), await createPerson(gateway)];
  await addMember(gateway, ann.projectId, bob, 'viewer');
  expect(await linkTo(id, bob)).toMatchObject({ status: 403 });
  expect(await linkTo(id, eve)).toMatchObject({ status: 404 });
});

it('a link is over with its question: in time, in a cancel, when the run goes on, starts again or is gone', async () => {
  const { id, ann, token } = await linked();
  const question = { ...tokens.read(token)! };
  expect(question).toMatchObject({ runId: id, attempt: 1, step: 0 });
  const over = tokens.sign({ ...question, until: Date.now() - 1 });
  for (const reply of [await look(over), await answer(over)])
    expect(reply).toMatchObject({ status: 410, body: { error: 'the time to answer is over' } });
  const late = await askingRun(gateway.sql, ann, { askedAt: Date.now() - 600_001 });
  expect(await linkTo(late.id, ann)).toMatchObject({ status: 410 });
  const { until } = question;
  expect(await answer(tokens.sign({ runId: late.id, attempt: 1, step: 0, until }))).toMatchObject({
    status: 409,
    body: { error: 'the run does not wait for an answer' },
  });
  for (const other of [{ attempt: 2 }, { step: 1 }, { runId: crypto.randomUUID() }])
    expect(await answer(tokens.sign({ ...question, ...other }))).toMatchObject({ status: 409 });

  const stopped = await linked();
  await call(gateway, 'POST', `/v1/runs/${stopped.id}/cancel`, { as: stopped.ann, body: {} });
  expect(await answer(stopped.token)).toMatchObject({ status: 409 });
  await stopped.owner.commit(CANCEL);
  expect(await look(stopped.token)).toMatchObject({ status: 409 });
  expect(await linkTo(stopped.id, stopped.ann)).toMatchObject({ status: 409 });

  const gone = await linked();
  await gone.owner.commit(ANSWERED);
  expect(await look(gone.token)).toMatchObject({ status: 409 });
});

it('a project may forbid links: none is made, and those that were made do not count', async () => {
  const { id, ann, token } = await linked();
  const bob = await createPerson(gateway);
  await addMember(gateway, ann.projectId, bob, 'operator');
  const path = `/v1/projects/${ann.projectId}`;
  const change = (as: Person, body: object) => call(gateway, 'PATCH', path, { as, body });
  expect(await change(bob, { answerLinks: false })).toMatchObject({ status: 403 });
  expect(await change(ann, { answerLink: false })).toMatchObject({ status: 400 });
  expect(await change(ann, { answerLinks: false })).toMatchObject({
    status: 200,
    body: { id: ann.projectId, answerLinks: false, role: 'owner' },
  });
  expect(await change(ann, {})).toMatchObject({ status: 200, body: { answerLinks: false } });
  for (const reply of [await look(token), await answer(token), await linkTo(id, ann)])
    expect(reply).toMatchObject({ status: 403, body: { error: 'the project allows no answers by link' } });
  await change(ann, { answerLinks: true });
  expect(await answer(token)).toMatchObject({ status: 200 });
});

it('I11: forged tokens are not found, whatever they say', async () => {
  const { id, token, ann } = await linked();
  const other = await linked();
  const bytes = Buffer.from(token, 'base64url');
  const flipped = Array.from({ length: bytes.length * 8 }, (_, bit) => {
    const copy = Buffer.from(bytes);
    copy[bit >> 3] = copy[bit >> 3]! ^ (1 << (bit & 7));
    return copy.toString('base64url');
  });
  const strange = createAnswerTokens(randomBytes(32));
  const forged = [
    ...flipped,
    ...[id, other.id].map((runId) => strange.sign({ ...tokens.read(token)!, runId })),
    Buffer.concat([bytes.subarray(0, 30), Buffer.from(other.token, 'base64url').subarray(30)]).toString(
      'base64url',
    ),
    ...[`${token}A`, token.slice(0, -1), 'x', ann.token, '%00', 'A'.repeat(80)],
  ];
  const seen = new Set<string>();
  for (const one of forged) {
    const { status, body } = await answer(one);
    seen.add(`${status} ${JSON.stringify(body)}`);
  }
  expect([...seen]).toEqual(['404 {"ok":false,"error":"not found"}']);
  expect(await answer(token)).toMatchObject({ status: 200 });
});

it('I10: no log line has a token, whatever becomes of the request', async () => {
  const { token } = await linked();
  await look(token);
  await answer(token);
  for (const path of [
    `/V1/Answers/${token}`,
    `/v1/answers/${token}/x`,
    `/answer/${token}`,
    `/v1/answers/${token.slice(4)}`,
  ])
    await call(gateway, 'PUT', path, { body: {} });
  expect(gateway.lines.join('')).not.toContain(token.slice(4, 40));
  expect(gateway.lines.join('')).toContain('/v1/answers/[REDACTED]');
});
